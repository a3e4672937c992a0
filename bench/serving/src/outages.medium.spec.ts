import { LiveStack } from './live.stack';
import { runOutages } from './outages';

// Real: PostgreSQL, Redis, MinIO where it is cached, the API, two inferencers, and the processes that ask them.
// `npm run bench:outages` takes each away for a minute.

const SECONDS = 2;

jest.setTimeout(240_000); // eleven processes start, end and start again, slowly on a busy machine

describe('while PostgreSQL, Redis, the object store and the API are away, in turn and together', () => {
  let stack: LiveStack;
  beforeAll(async () => {
    stack = await LiveStack.start();
  });
  afterAll(() => stack?.stop());

  it('inferencers answer every prediction, and serve what was promoted once everything is back', async () => {
    const phases = await runOutages(stack, { seconds: SECONDS, how: 'kill' });
    expect(phases.map(({ away }) => away)).toEqual([
      'nothing',
      'PostgreSQL',
      'Redis',
      ...(stack.storeKind === 'MinIO' ? ['object store'] : []),
      'API',
      'everything',
      'nothing',
    ]);
    for (const { requests, failures, errors } of phases) {
      expect(requests).toBeGreaterThan(100);
      expect({ failures, errors }).toEqual({ failures: 0, errors: [] });
    }
  });
});
