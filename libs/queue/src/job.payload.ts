import { type JobName, type JobPayload, jobs } from '@ratchet/contracts';
import { InvalidInput } from '@ratchet/domain';
import { z } from 'zod';

const LIMIT_BYTES = 8 * 1024;

/** What a job is about names it: the same thing is on the queue once. */
const idOf: { readonly [N in JobName]: (payload: JobPayload<N>) => string } = {
  trials: (payload) => payload.trialId,
  imports: (payload) => payload.importId,
};

/** @throws InvalidInput unless the payload is of the queue's kind and at most 8 KB of JSON */
export function checkPayload<N extends JobName>(name: N, payload: unknown): { id: string; payload: JobPayload<N> } {
  const size = Buffer.byteLength(JSON.stringify(payload) ?? '');
  if (size > LIMIT_BYTES)
    throw new InvalidInput(
      `${name} job`,
      `its payload is ${size} bytes, the limit is ${LIMIT_BYTES}. Put the bytes into the object store or the database and send their id.`,
    );
  const result = jobs[name].safeParse(payload);
  if (!result.success) throw new InvalidInput(`${name} job`, z.prettifyError(result.error));
  const checked = result.data as JobPayload<N>;
  return { id: idOf[name](checked), payload: checked };
}
