import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { InvalidInput } from '@ratchet/domain';
import type { OwnData } from './dataset.import';

export interface StartOptions {
  readonly help: boolean;
  /** End after the demo, with its verdict as exit code. */
  readonly once: boolean;
  readonly demo: boolean;
  readonly data: OwnData | null;
  readonly apiPort: number | null;
  readonly grpcPort: number | null;
  readonly inferencers: number;
}

export const isHelp = (argument: string): boolean => argument === '--help' || argument === '-h';

export const startUsage = `npm start [-- OPTIONS]

  --once               end after the demo: code 0 when it passed, 1 when not
  --no-demo            only start; the demo otherwise runs the first time
  --data PATH          run the demo with your own zip, tar or folder of class folders
  --groups FILE.csv    which images must not be split between training and gate (columns file,group)
  --group-regex REGEX  the same, from the file name: the first capture group is the group
  --api-port N         port of the API and the console (7070; 0 takes a free one)
  --grpc-port N        port of predictions over gRPC (the one after the API's if that is free; 0 takes a free one)
  --inferencers N      how many processes serve predictions (2)`;

/** @throws InvalidInput naming the option and the mend */
export function readStartOptions(args: readonly string[]): StartOptions {
  const { values } = parse(args);
  const data = readData(values);
  if (values.once && values['no-demo'])
    throw new InvalidInput('--once', 'ends after the demo, which --no-demo leaves out. Give one of the two.');
  if (data && !fs.existsSync(data.path))
    throw new InvalidInput(
      '--data',
      `there is nothing at '${data.path}'. Give a zip, a tar or a folder of class folders.`,
    );
  if (data && values['no-demo'])
    throw new InvalidInput('--data', 'is for the demo, which --no-demo leaves out. Give one of the two.');
  return {
    help: values.help ?? false,
    once: values.once ?? false,
    demo: !values['no-demo'],
    data,
    apiPort: values['api-port'] === undefined ? null : wholeNumber('--api-port', values['api-port'], 0, 65535),
    grpcPort: values['grpc-port'] === undefined ? null : wholeNumber('--grpc-port', values['grpc-port'], 0, 65535),
    inferencers: wholeNumber('--inferencers', values.inferencers ?? '2', 1, 64),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        once: { type: 'boolean' },
        'no-demo': { type: 'boolean' },
        data: { type: 'string' },
        groups: { type: 'string' },
        'group-regex': { type: 'string' },
        'api-port': { type: 'string' },
        'grpc-port': { type: 'string' },
        inferencers: { type: 'string' },
      },
    });
  } catch (error) {
    throw new InvalidInput('options', `${(error as Error).message}\n\n${startUsage}`);
  }
}

interface DataFlags {
  readonly data?: string;
  readonly groups?: string;
  readonly 'group-regex'?: string;
}

/** @throws InvalidInput when groups are given twice, without data, or as a file that is not there. The data itself is not looked at. */
export function readData(values: DataFlags): OwnData | null {
  const { data, groups, 'group-regex': groupRegex } = values;
  if (data === undefined) {
    if (groups !== undefined || groupRegex !== undefined)
      throw new InvalidInput(
        groups === undefined ? '--group-regex' : '--groups',
        'belongs to --data PATH. Give that too.',
      );
    return null;
  }
  if (groups !== undefined && groupRegex !== undefined)
    throw new InvalidInput('--groups', 'and --group-regex both say what the groups are. Give one of the two.');
  if (groups !== undefined && !fs.existsSync(groups))
    throw new InvalidInput('--groups', `there is nothing at '${groups}'. Give a CSV file with the columns file,group.`);
  return { path: data, groupsCsv: groups, groupRegex };
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > max)
    throw new InvalidInput(option, `'${text}' is not a whole number from ${min} to ${max}. Give one.`);
  return number;
}
