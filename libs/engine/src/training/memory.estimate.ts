import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type Hyperparameters, type ImageShape, RatchetError } from '@ratchet/domain';
import { describeModel } from '../networks/describe';

const bytesPerNumber = 4;

/** Slots an optimizer keeps for each weight. */
const slotsOf = ({ optimizer, momentum }: Hyperparameters): number =>
  optimizer === 'sgd' ? (momentum > 0 ? 1 : 0) : 2;

/**
 * Copies of each weight, slot and average at the moment a training is open and runs: tfjs's variable, the recording's,
 * what goes into the loop, what it carries in and out, and what comes out. Measured 6 on a network of 29 million
 * parameters: 7.2, 12.6, 18.9 and 24.9 numbers per parameter, its gradient among them, where 1, 2, 3 and 4 are kept.
 */
const copies = 6.5;

/**
 * Bytes a training needs besides its images, from above: every layer's output twice (forward and backward) and once
 * more for what is worked out in between, the patches of the largest convolution, and every copy of what is kept for a
 * weight. Convolutional networks were measured at 0.4 to 0.7 of it, dense ones at 0.9.
 */
export function estimateMemory(model: LayersModel, input: ImageShape, classes: number, h: Hyperparameters): number {
  const { layers, parameters } = describeModel(model, input, classes);
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  const outputs = layers.reduce(
    (sum, layer) => sum + size(layer.outputShape),
    size([input.height, input.width, input.channels]),
  );
  const patches = Math.max(
    0,
    ...layers
      .filter(({ type }) => type === 'Conv2D')
      // flops = 2 · outputs · (kernel · channels in); dividing by the filters leaves the patches.
      .map(({ flops, outputShape }) => flops / 2 / outputShape[outputShape.length - 1]),
  );
  const kept = 1 + slotsOf(h) + (h.emaDecay > 0 ? 1 : 0);
  return bytesPerNumber * (h.batchSize * (3 * outputs + 2 * patches) + parameters * (copies * kept + 1));
}

const inUnits = (bytes: number): string =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** The estimate in bytes. Throws RatchetError `too_large` where it exceeds `limit`. */
export function checkMemory(
  model: LayersModel,
  input: ImageShape,
  classes: number,
  h: Hyperparameters,
  limit: number,
): number {
  const needed = estimateMemory(model, input, classes, h);
  if (needed <= limit) return needed;
  throw new RatchetError(
    'too_large',
    `Training this network at batch size ${h.batchSize} needs about ${inUnits(needed)} of memory, ${inUnits(limit)} are available. ` +
      `Choose a smaller batchSize, smaller images or a smaller network.`,
    { needed, limit, batchSize: h.batchSize },
  );
}
