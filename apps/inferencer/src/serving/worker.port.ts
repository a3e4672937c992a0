import { parentPort } from 'node:worker_threads';
import { RatchetError } from '@ratchet/domain';
import { stepBack } from './thread.priority';
import type { ComputeAnswer, ComputeRequest } from './worker.messages';

export interface Performed {
  readonly value: unknown;
  /** Memory handed over to the I/O thread instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[];
}

/**
 * Answers the I/O thread's requests of this thread's kinds.
 * @param oneAtATime each request waits for the one before it; otherwise they overlap where they await
 */
export function answerRequests<R extends ComputeRequest>(
  perform: (request: R) => Promise<Performed>,
  { oneAtATime }: { readonly oneAtATime: boolean },
): void {
  stepBack();
  const port = parentPort!;
  const answer = async (request: R): Promise<void> => {
    const began = performance.now();
    try {
      const { value, transfer } = await perform(request);
      const micros = (performance.now() - began) * 1e3;
      port.postMessage(
        { job: request.job, ok: true, value, micros } satisfies ComputeAnswer,
        transfer as ArrayBuffer[],
      );
    } catch (error) {
      const fault = error instanceof RatchetError && error.code === 'invalid_input' ? 'input' : 'compute';
      const message = error instanceof Error ? error.message : String(error);
      port.postMessage({ job: request.job, ok: false, fault, message } satisfies ComputeAnswer);
    }
  };
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (request: R) => {
    if (oneAtATime) turn = turn.then(() => answer(request));
    else void answer(request);
  });
}
