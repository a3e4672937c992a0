import type { Hyperparameters, NetworkSpec } from '@ratchet/domain';
import type { LabelledImages } from '../training/batch.feeds';
import { type Run, tfjs, trainOn } from './parity';

/** Steps that a compiled training is held to tfjs for. */
export const tenSteps = 10;

/** One training of ten steps, and what tfjs's plain `cpu` backend makes of it. */
export interface ParityCase {
  readonly network: NetworkSpec;
  readonly h: Hyperparameters;
  readonly data: LabelledImages;
  /** Losses and the final values to compare; each call computes them anew. */
  readonly reference: () => Promise<Run>;
}

/** A case whose reference is the very step that is compiled, run operation by operation. */
export const stepByStep = (network: NetworkSpec, h: Hyperparameters, data: LabelledImages): ParityCase => ({
  network,
  h,
  data,
  reference: () => trainOn(tfjs, network, h, data, tenSteps),
});
