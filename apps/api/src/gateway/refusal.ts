import { RatchetError, TooManyRequests } from '@ratchet/domain';
import type { FleetMember } from './fleet.member';
import type { FleetRouter } from './fleet.router';
import type { TokenBuckets } from './token.bucket';

const statuses: Readonly<Record<string, number>> = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  too_slow: 408,
  conflict: 409,
  too_large: 413,
  too_many_requests: 429,
  unavailable: 503,
};

/** What a client is told instead of a prediction, whichever protocol it speaks. `status` is HTTP's. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof RatchetError && error.code in statuses)
    return new Refused(statuses[error.code], error.code, error.message);
  return new Refused(500, 'internal', 'The gateway failed; the log has it under the correlation id.');
}

export const everybodyBusy = () => new Refused(503, 'full', 'Every inferencer is busy. Ask again shortly.');
export const nobodyReached = () =>
  new Refused(503, 'unavailable', 'No inferencer could be reached. Ask again shortly.');
export const tooLate = () => new Refused(504, 'deadline', 'The inferencer did not answer in time.');

/** @throws Refused when nobody could answer for the task */
export function chooseMember(router: FleetRouter, task: string, tried: ReadonlySet<FleetMember>): FleetMember {
  const member = router.choose(task, tried);
  if (member) return member;
  if (router.size === 0)
    throw new Refused(503, 'unavailable', 'No inferencer is running. Start one, or try again shortly.');
  throw new Refused(
    404,
    'not_found',
    `No inferencer serves a model for task '${task}'. Its first promotion brings one; one that was unloaded comes back when it is loaded.`,
  );
}

/** @throws TooManyRequests */
export function takeTurn(buckets: TokenBuckets, caller: string): void {
  const wait = buckets.take(caller);
  if (wait > 0)
    throw new TooManyRequests('That is more predictions a second than this key may ask for.', Math.ceil(wait));
}
