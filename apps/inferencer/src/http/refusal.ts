import { RatchetError } from '@ratchet/domain';
import { JobFailed, ThreadCrashed } from '../serving/compute.thread';
import { PredictionRefused } from '../serving/prediction';

/** An answer other than success. `retryAfter` in seconds. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

const statuses: Readonly<Record<string, number>> = { invalid_input: 400, too_large: 413, not_found: 404 };

/**
 * What a client is told of an error. 4xx: change the request; 503: ask again later or elsewhere; 504: the deadline
 * passed; 500: a fault of this program, whose particulars stay in the log.
 */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof PredictionRefused)
    return error.reason === 'deadline'
      ? new Refusal(504, 'deadline', error.message)
      : new Refusal(503, error.reason, error.message, 1);
  if (error instanceof JobFailed)
    return error.fault === 'input'
      ? new Refusal(400, 'invalid_input', error.message)
      : new Refusal(503, 'failed', error.message, 1);
  if (error instanceof ThreadCrashed) return new Refusal(503, 'crashed', error.message, 1);
  if (error instanceof RatchetError && error.code === 'unavailable')
    return new Refusal(503, 'unavailable', error.message, 1);
  if (error instanceof RatchetError && error.code in statuses)
    return new Refusal(statuses[error.code], error.code, error.message);
  return new Refusal(500, 'internal', 'The inferencer failed in a way it did not foresee; its log says how.');
}
