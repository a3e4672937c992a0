import { defaultHyperparameters, type Hyperparameters, type ImageShape, type NetworkSpec } from '@ratchet/domain';
import type { Device } from '../devices/device';
import { onnxruntimeDevice } from '../devices/onnxruntime.device';
import { tfjsDevice } from '../devices/tfjs.device';
import { buildNetwork } from '../networks/network.builder';
import { portable } from '../strategies/portable';
import type { LabelledImages } from '../training/batch.feeds';
import { CounterRandom } from '../training/counter.random';
import { trainingProgram } from '../training/program';

/** Random images that differ by class, so that there is something to learn. */
export function syntheticImages(shape: ImageShape, classes: number, count: number, seed = 1): LabelledImages {
  const pixels = shape.height * shape.width * shape.channels;
  const random = new CounterRandom(seed, 'images');
  const labels = Uint8Array.from({ length: count }, (_, at) => at % classes);
  const images = Uint8Array.from({ length: count * pixels }, (_, at) => {
    const label = labels[Math.floor(at / pixels)];
    return Math.min(255, 40 * label * (at % 2) + random.integer(160));
  });
  return { shape, classes, images, labels };
}

export interface Run {
  readonly losses: Float32Array;
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** Trains `network` for `steps` steps on `device`. */
export async function trainOn(
  device: Device,
  network: NetworkSpec,
  h: Hyperparameters,
  data: LabelledImages,
  steps: number,
): Promise<Run> {
  const model = await buildNetwork(network, data.shape, data.classes, h.seed);
  const program = trainingProgram(model, h, data);
  const runner = await device.open(program);
  const { losses } = await runner.run(0, steps);
  const values = new Map([...runner.read()].map(([name, value]) => [name, value.slice()]));
  await runner.dispose();
  program.dispose();
  model.dispose();
  return { losses, values };
}

/** Well-conditioned settings: an optimizer that divides by small gradients would magnify rounding. */
export const steady: Hyperparameters = {
  ...defaultHyperparameters,
  optimizer: 'sgd',
  learningRate: 0.05,
  momentum: 0.9,
  batchSize: 4,
};

export const tfjs = tfjsDevice('tfjs', 'cpu');
export const cpu = onnxruntimeDevice('cpu', portable, 1);

/**
 * The relative error of a tensor: ‖actual − reference‖∞ / max(‖reference‖∞, floor), so that a tensor is judged by its
 * largest element and one that is next to nothing (a bias whose true gradient is zero) by its absolute error.
 */
export function relativeDifference(actual: ArrayLike<number>, reference: ArrayLike<number>, floor = 1e-2): number {
  let difference = 0;
  let size = floor;
  for (let at = 0; at < reference.length; at++) {
    difference = Math.max(difference, Number.isFinite(actual[at]) ? Math.abs(actual[at] - reference[at]) : Infinity);
    size = Math.max(size, Math.abs(reference[at]));
  }
  return difference / size;
}

/** Velocities, squares and the like are each one vector over all weights; a weight stands for itself. */
const vectorOf = (name: string): string => (name.startsWith('slot/') ? name.replace(/\/\d+$/, '') : name);

/**
 * Relative error of the losses taken together, and the worst of all final variables: of each weight, statistic and
 * average by itself, and of each of the optimizer's slots over all weights together, since the gradient of one weight
 * may be nothing but the rounding of another's.
 */
export function worstDifference(actual: Run, reference: Run): { losses: number; values: number } {
  const vectors = new Map<string, { actual: number[]; reference: number[] }>();
  for (const [name, value] of reference.values) {
    const vector = vectors.get(vectorOf(name)) ?? { actual: [], reference: [] };
    vectors.set(vectorOf(name), vector);
    value.forEach((element, at) => {
      vector.actual.push(actual.values.get(name)![at]);
      vector.reference.push(element);
    });
  }
  const values = [...vectors.values()].map((vector) => relativeDifference(vector.actual, vector.reference));
  return { losses: relativeDifference(actual.losses, reference.losses), values: Math.max(...values) };
}
