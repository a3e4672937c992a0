import { RatchetError } from '@ratchet/domain';
import { retryDelayMs } from './retry.delay';

const delays = (error: Error) => [1, 2, 3, 4, 8].map((attempt) => retryDelayMs(attempt, error));

it('waits ever longer for a model that is wrong, and never long for a store that is away', () => {
  expect(delays(new RatchetError('artifact_refused', 'bent'))).toEqual([1_000, 2_000, 4_000, 8_000, 60_000]);
  expect(delays(new RatchetError('unavailable', 'away'))).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
});
