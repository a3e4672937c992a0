import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { bytesInWords, type Hyperparameters, RatchetError } from '@ratchet/domain';

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

/** Copies of each weight in its gradient, an exported file and the sessions that measure it. */
const exportCopies = 5;

/**
 * Numbers per output that an activation keeps beyond what every layer does: tfjs composes these of several operations,
 * and its gradients of more; by tfjs's names. Measured on eight convolutions of 16 channels.
 */
const activationExtras: Readonly<Record<string, number>> = {
  ...each(2, 'relu6 leakyRelu selu hardSigmoid hardSigmoid6 hardTanh softplus'),
  ...each(4, 'mish swish silu softsign'),
  ...each(6, 'gelu hardSwish hardSilu'),
  ...each(8, 'geluTanh'),
};

function each(numbers: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split(' ').map((name) => [name, numbers]));
}

const product = (sizes: readonly (number | null)[]): number =>
  sizes.reduce<number>((all, size) => all * (size ?? 1), 1);

const shapeOf = (shapes: layers.Layer['outputShape']) => (Array.isArray(shapes[0]) ? shapes[0] : shapes) as number[];

/** Numbers per image that a layer keeps: its output forward, backward, and once more for what is worked out between. */
function keptBy(layer: layers.Layer): number {
  const output = shapeOf(layer.outputShape).slice(1);
  const size = product(output);
  const { activation, poolSize, strides, padding } = layer.getConfig() as {
    activation?: string;
    poolSize?: number[];
    strides?: number[];
    padding?: string;
  };
  const kept = (3 + (activationExtras[activation ?? 'linear'] ?? 0)) * size;
  switch (layer.getClassName()) {
    case 'SeparableConv2D':
      // Between its two convolutions lies one of the input's channels.
      return kept + 3 * product(output.slice(0, 2)) * product(layer.weights[1].shape.slice(2, 3));
    case 'MaxPooling2D': {
      // The gradient of windows that overlap has a mask and a share for each place of the window.
      const overlaps = padding === 'same' || poolSize!.some((side, axis) => side > strides![axis]);
      return kept + (overlaps ? 3.5 * product(poolSize!) * size : 0);
    }
    default:
      return kept;
  }
}

/** Numbers per image of the patches that a convolution is worked out from. */
function patchesOf(layer: layers.Layer): number {
  if (!['Conv2D', 'Conv2DTranspose'].includes(layer.getClassName())) return 0;
  const [height, width, channels] = layer.weights[0].shape as number[];
  const shape = shapeOf(layer.getClassName() === 'Conv2D' ? layer.outputShape : (layer.input as SymbolicTensor).shape);
  return product(shape.slice(1, 3)) * height * width * channels;
}

/**
 * Bytes a training needs besides the process that runs it, from above: its `images`, in bytes, what each layer keeps,
 * the patches of the largest convolution, the largest output a few times over for the measurements in between, which run
 * in a session of their own, and every copy of what is kept for a weight. Trainings were measured at 0.3 to 0.95 of it.
 */
export function estimateMemory(model: LayersModel, h: Hyperparameters, images: number): number {
  const sum = model.layers.reduce((all, layer) => all + keptBy(layer), 0);
  const patches = Math.max(...model.layers.map(patchesOf));
  const largest = Math.max(...model.layers.map((layer) => product(shapeOf(layer.outputShape).slice(1))));
  const kept = 1 + slotsOf(h) + (h.emaDecay > 0 ? 1 : 0);
  const parameters = model.countParams();
  const numbers = h.batchSize * (sum + 2 * patches + 4 * largest) + parameters * (copies * kept + exportCopies);
  return images + bytesPerNumber * numbers;
}

/** The estimate in bytes. Throws RatchetError `too_large` where it exceeds `limit`. */
export function checkMemory(model: LayersModel, h: Hyperparameters, images: number, limit: number): number {
  const needed = estimateMemory(model, h, images);
  if (needed <= limit) return needed;
  throw new RatchetError(
    'too_large',
    `Training this network at batch size ${h.batchSize} needs about ${bytesInWords(needed)} of memory, ${bytesInWords(limit)} are available. ` +
      `Choose a smaller batchSize, smaller images or a smaller network.`,
    { needed, limit, batchSize: h.batchSize },
  );
}
