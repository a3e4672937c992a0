import { setTimeout as delay } from 'node:timers/promises';
import { isUnreachable } from '@ratchet/database';

const FIRST_MS = 200;
const LAST_MS = 5_000;

/**
 * Repeats `work` while the database does not answer: a trial outlives the database's restarts. Any other failure is
 * passed on, as is the last one once `signal` is aborted.
 */
export async function untilReachable<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pause = FIRST_MS; ; pause = Math.min(2 * pause, LAST_MS)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isUnreachable(error)) throw error;
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
