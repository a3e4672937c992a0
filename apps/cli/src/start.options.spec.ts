import { InvalidInput } from '@ratchet/domain';
import { readStartOptions } from './start.options';

describe('readStartOptions', () => {
  it('runs the demo with two inferencers unless told otherwise', () => {
    expect(readStartOptions([])).toEqual({
      help: false,
      once: false,
      demo: true,
      data: null,
      apiPort: null,
      grpcPort: null,
      inferencers: 2,
    });
  });

  it('takes the documented options', () => {
    const options = readStartOptions([
      '--once',
      '--data',
      __filename,
      '--group-regex',
      '^(\\d+)_',
      '--api-port',
      '0',
      '--grpc-port',
      '7171',
      '--inferencers',
      '3',
    ]);
    expect(options).toEqual({
      help: false,
      once: true,
      demo: true,
      data: { path: __filename, groupsCsv: undefined, groupRegex: '^(\\d+)_' },
      apiPort: 0,
      grpcPort: 7171,
      inferencers: 3,
    });
    expect(readStartOptions(['--no-demo']).demo).toBe(false);
  });

  it.each([
    [['--colour'], /Unknown option '--colour'[\s\S]*npm start/],
    [['--api-port', '70000'], /--api-port: '70000' is not a whole number from 0 to 65535/],
    [['--inferencers', '0'], /--inferencers: '0'/],
    [['--once', '--no-demo'], /Give one of the two/],
    [['--data', '/nowhere/at/all.zip'], /--data: there is nothing at '\/nowhere\/at\/all.zip'/],
    [['--groups', 'x.csv'], /--groups: belongs to --data/],
    [['--data', __filename, '--groups', __filename, '--group-regex', 'x'], /Give one of the two/],
    [['--data', __filename, '--no-demo'], /Give one of the two/],
  ])('refuses %j with the mend', (args, message) => {
    expect(() => readStartOptions(args)).toThrow(InvalidInput);
    expect(() => readStartOptions(args)).toThrow(message);
  });
});
