import { RatchetError } from '@ratchet/domain';

const FIRST_MS = 1_000;
/** For what only another file would mend. */
const LONGEST_MS = 60_000;
/** For a store that is away or a disk that is full: an attempt costs little, and who comes back is served soon. */
const LONGEST_UNAVAILABLE_MS = 5_000;

/** How long to wait after an attempt (counted from 1) that failed: twice as long each time, up to a bound. */
export function retryDelayMs(attempt: number, error: Error): number {
  const passing = error instanceof RatchetError && error.code === 'unavailable';
  return Math.min(passing ? LONGEST_UNAVAILABLE_MS : LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
}
