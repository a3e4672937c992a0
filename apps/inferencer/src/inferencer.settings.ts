import { availableParallelism } from 'node:os';
import type { Config } from '@ratchet/config';

/** How this process uses its machine, worked out from what was configured and what there is. */
export interface ComputeSettings {
  /** Threads that run models; each holds every model. */
  readonly runners: number;
  /** Threads ONNX Runtime uses inside one run. */
  readonly threadsPerRun: number;
  readonly decoders: number;
}

/** A copy of every model per runner: more than this is memory better spent otherwise. */
const MOST_RUNNERS = 8;
/** One more than needed: while one runner loads the next model, another serves. */
const FEWEST_RUNNERS = 2;

/** @param cores defaults to what the operating system lets this process use */
export function computeSettings(
  { threads, runners }: Pick<Config['inferencer'], 'threads' | 'runners'>,
  cores = availableParallelism(),
): ComputeSettings {
  const budget = threads || cores;
  const chosen = runners || Math.max(FEWEST_RUNNERS, Math.min(MOST_RUNNERS, budget));
  return {
    runners: chosen,
    threadsPerRun: Math.max(1, Math.floor(budget / chosen)),
    decoders: Math.max(1, Math.min(4, Math.floor(cores / 2))),
  };
}
