import { RatchetError, Unavailable, type FailureCause } from '@ratchet/domain';
import type { Ending } from '../child.protocol';

/** The weights left the numbers at the end of an epoch; within one the engine notices. */
export const diverged = (step: number, learningRate: number): RatchetError =>
  new RatchetError(
    'diverged',
    `The validation loss is not a number after step ${step}, with a learning rate of ${learningRate}.`,
    { step, hint: 'Lower the learning rate, lengthen warmupEpochs or set clipNorm.' },
  );

/** Of the domain's own errors those that may not come back: a service may answer again, a device be back or replaced. */
const passing = (error: RatchetError) => error instanceof Unavailable || error.code === 'device_unavailable';

/** How a run that threw ends: the domain's own errors would come back at every try, all others may not. */
export function endingOf(error: unknown, step: number): Ending {
  if (!(error instanceof RatchetError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'broken', cause: { code: 'unexpected', message, step } };
  }
  const hint = typeof error.details.hint === 'string' ? error.details.hint : undefined;
  const at = typeof error.details.step === 'number' ? error.details.step : step;
  const cause: FailureCause = { code: error.code, message: error.message, step: at, ...(hint && { hint }) };
  return { kind: passing(error) ? 'broken' : 'failed', cause };
}
