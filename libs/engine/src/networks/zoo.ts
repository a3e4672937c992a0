import {
  type LayersModel,
  layers,
  model as functional,
  sequential,
  input as inputLayer,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import { type ImageShape, InvalidInput } from '@ratchet/domain';

export interface ZooArgument {
  readonly name: string;
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
  readonly description: string;
}

/** A ready-made architecture. `build` ends in logits: one number per class, no softmax. */
export interface ZooEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly args: readonly ZooArgument[];
  build(input: ImageShape, classes: number, args: Readonly<Record<string, number>>): LayersModel;
}

const shapeOf = ({ height, width, channels }: ImageShape): [number, number, number] => [height, width, channels];

const dropout: ZooArgument = {
  name: 'dropout',
  default: 0.25,
  min: 0,
  max: 0.9,
  description: 'Share of activations dropped while training.',
};
const width = (standard: number): ZooArgument => ({
  name: 'width',
  default: standard,
  min: 4,
  max: 256,
  description: 'Channels of the first block; later blocks have multiples of it.',
});

const mlp: ZooEntry = {
  name: 'mlp',
  title: 'Multilayer perceptron',
  description: 'Two hidden dense layers over the raw pixels. The baseline every other network should beat.',
  args: [
    { name: 'units', default: 512, min: 8, max: 4096, description: 'Units of each hidden layer.' },
    { ...dropout, default: 0 },
  ],
  build: (input, classes, args) =>
    sequential({
      layers: [
        layers.flatten({ inputShape: shapeOf(input) }),
        ...[1, 2].flatMap(() => [
          layers.dense({ units: args.units, activation: 'relu', kernelInitializer: 'heNormal' }),
          ...(args.dropout > 0 ? [layers.dropout({ rate: args.dropout })] : []),
        ]),
        layers.dense({ units: classes }),
      ],
    }),
};

const lenet5: ZooEntry = {
  name: 'lenet5',
  title: 'LeNet-5',
  description: 'LeCun et al. 1998 with rectifiers and max pooling. Small and quick, for small grey images.',
  args: [],
  build: (input, classes) =>
    sequential({
      layers: [
        layers.conv2d({ inputShape: shapeOf(input), filters: 6, kernelSize: 5, padding: 'same', activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 16, kernelSize: 5, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 120, activation: 'relu' }),
        layers.dense({ units: 84, activation: 'relu' }),
        layers.dense({ units: classes }),
      ],
    }),
};

const smallCnn: ZooEntry = {
  name: 'small-cnn',
  title: 'Small CNN',
  description:
    'Three blocks of two convolutions with batch normalization, pooling and dropout. A good first choice up to 64 pixels.',
  args: [width(16), dropout],
  build: (input, classes, args) => {
    const block = (filters: number, first: boolean) => [
      ...[0, 1].flatMap((at) => [
        layers.conv2d({
          ...(first && at === 0 ? { inputShape: shapeOf(input) } : {}),
          filters,
          kernelSize: 3,
          padding: 'same',
          useBias: false,
          kernelInitializer: 'heNormal',
        }),
        layers.batchNormalization({ momentum: 0.9 }),
        layers.activation({ activation: 'relu' }),
      ]),
      layers.maxPooling2d({ poolSize: 2 }),
      ...(args.dropout > 0 ? [layers.dropout({ rate: args.dropout })] : []),
    ];
    return sequential({
      layers: [
        ...block(args.width, true),
        ...block(args.width * 2, false),
        ...block(args.width * 4, false),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: classes }),
      ],
    });
  },
};

/** Convolution, batch normalization and, unless told otherwise, a rectifier. */
function normalised(
  x: SymbolicTensor,
  filters: number,
  kernelSize: number,
  strides: number,
  activate = true,
): SymbolicTensor {
  const convolved = layers
    .conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false, kernelInitializer: 'heNormal' })
    .apply(x) as SymbolicTensor;
  const normal = layers.batchNormalization({ momentum: 0.9 }).apply(convolved) as SymbolicTensor;
  return activate ? (layers.activation({ activation: 'relu' }).apply(normal) as SymbolicTensor) : normal;
}

const head = (x: SymbolicTensor, classes: number): SymbolicTensor =>
  layers.dense({ units: classes }).apply(layers.globalAveragePooling2d({}).apply(x)) as SymbolicTensor;

const resnet: ZooEntry = {
  name: 'resnet',
  title: 'Residual network',
  description: 'He et al. 2016 in its small-image form: three stages of residual blocks. For 32 to 128 pixels.',
  args: [width(16), { name: 'blocks', default: 2, min: 1, max: 9, description: 'Residual blocks per stage.' }],
  build: (input, classes, args) => {
    const images = inputLayer({ shape: shapeOf(input) });
    let x = normalised(images, args.width, 3, 1);
    for (const [stage, multiple] of [1, 2, 4].entries())
      for (let block = 0; block < args.blocks; block++) {
        const strides = stage > 0 && block === 0 ? 2 : 1;
        const filters = args.width * multiple;
        const inner = normalised(normalised(x, filters, 3, strides), filters, 3, 1, false);
        const shortcut = strides === 1 ? x : normalised(x, filters, 1, strides, false);
        x = layers.activation({ activation: 'relu' }).apply(layers.add().apply([inner, shortcut])) as SymbolicTensor;
      }
    return functional({ inputs: images, outputs: head(x, classes) });
  },
};

const mobile: ZooEntry = {
  name: 'mobile',
  title: 'Mobile network',
  description:
    'Depthwise-separable convolutions after Howard et al. 2017: few operations per image, for tight latency budgets.',
  args: [
    width(16),
    { name: 'blocks', default: 4, min: 2, max: 8, description: 'Separable blocks; every second one halves the image.' },
  ],
  build: (input, classes, args) => {
    const images = inputLayer({ shape: shapeOf(input) });
    let x = normalised(images, args.width, 3, 2);
    for (let block = 0; block < args.blocks; block++) {
      const strides = block % 2 === 1 ? 2 : 1;
      const filters = args.width * 2 ** Math.min(4, Math.floor(block / 2) + 1);
      const spatial = layers
        .depthwiseConv2d({ kernelSize: 3, strides, padding: 'same', useBias: false, depthwiseInitializer: 'heNormal' })
        .apply(x) as SymbolicTensor;
      const normal = layers.batchNormalization({ momentum: 0.9 }).apply(spatial) as SymbolicTensor;
      x = normalised(layers.activation({ activation: 'relu' }).apply(normal) as SymbolicTensor, filters, 1, 1);
    }
    return functional({ inputs: images, outputs: head(x, classes) });
  },
};

const entries: readonly ZooEntry[] = [mlp, lenet5, smallCnn, resnet, mobile];

/** The ready-made architectures, as a registration form shows them. */
export const zooEntries = (): readonly Omit<ZooEntry, 'build'>[] => entries.map(({ build: _build, ...entry }) => entry);

/** The entry called `name` and its arguments with defaults filled in. Throws InvalidInput. */
export function zooEntry(
  name: string,
  given: Readonly<Record<string, unknown>>,
): { entry: ZooEntry; args: Record<string, number> } {
  const entry = entries.find((candidate) => candidate.name === name);
  if (!entry)
    throw new InvalidInput(
      'name',
      `there is no '${name}' in the zoo; choose one of ${entries.map((e) => e.name).join(', ')}`,
      { value: name },
    );
  const known = new Set(entry.args.map((argument) => argument.name));
  for (const key of Object.keys(given))
    if (!known.has(key))
      throw new InvalidInput(
        `args.${key}`,
        `'${name}' has no such argument; it has ${[...known].join(', ') || 'none'}`,
      );
  const args = entry.args.map((argument) => {
    const value = given[argument.name] ?? argument.default;
    const { min = -Infinity, max = Infinity } = argument;
    if (typeof value !== 'number' || !(value >= min && value <= max))
      throw new InvalidInput(`args.${argument.name}`, `must be a number from ${min} to ${max}`, { value, min, max });
    if (Number.isInteger(argument.default) && argument.default !== 0 && !Number.isInteger(value))
      throw new InvalidInput(`args.${argument.name}`, 'must be a whole number', { value });
    return [argument.name, value];
  });
  return { entry, args: Object.fromEntries(args) as Record<string, number> };
}
