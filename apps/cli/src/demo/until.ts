import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem } from '@ratchet/contracts';

/** Asks every `everyMs` until the answer is not null, riding out an API that is being restarted. */
export async function until<T>(signal: AbortSignal, ask: () => Promise<T | null>, everyMs = 500): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      const restarting = error instanceof TypeError || (error instanceof ApiProblem && error.status >= 502);
      if (!restarting) throw error;
    }
    await sleep(everyMs, undefined, { signal });
  }
}
