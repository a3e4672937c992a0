import { type ImageShape, InvalidInput } from '@ratchet/domain';
import type { Architecture } from './architecture';
import { ArchitectureBuilder } from './architecture.builder';

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
  build(input: ImageShape, classes: number, args: Readonly<Record<string, number>>): Architecture;
}

const dropout: ZooArgument = {
  name: 'dropout',
  default: 0.25,
  min: 0,
  max: 0.9,
  description: 'Share of activations dropped while training.',
};
const width: ZooArgument = {
  name: 'width',
  default: 16,
  min: 4,
  max: 256,
  description: 'Channels of the first block; later blocks have multiples of it.',
};

const mlp: ZooEntry = {
  name: 'mlp',
  title: 'Multilayer perceptron',
  description: 'Two hidden dense layers over the raw pixels. The baseline every other network should beat.',
  args: [
    { name: 'units', default: 512, min: 8, max: 4096, description: 'Units of each hidden layer.' },
    { ...dropout, default: 0 },
  ],
  build: (input, classes, args) => {
    const net = new ArchitectureBuilder(input);
    let x = net.layer('Flatten', {}, net.images);
    for (const _hidden of [1, 2]) {
      x = net.layer('Dense', { units: args.units, activation: 'relu', kernel_initializer: 'he_uniform' }, x);
      if (args.dropout > 0) x = net.layer('Dropout', { rate: args.dropout }, x);
    }
    return net.ending(net.layer('Dense', { units: classes }, x));
  },
};

const lenet5: ZooEntry = {
  name: 'lenet5',
  title: 'LeNet-5',
  description: 'LeCun et al. 1998 with rectifiers and max pooling. Small and quick, for small grey images.',
  args: [],
  build: (input, classes) => {
    const net = new ArchitectureBuilder(input);
    const convolved = (filters: number, padding: string, from: string) =>
      net.layer('Conv2D', { filters, kernel_size: [5, 5], padding, activation: 'relu' }, from);
    const pooled = (from: string) => net.layer('MaxPooling2D', { pool_size: [2, 2] }, from);
    let x = pooled(convolved(16, 'valid', pooled(convolved(6, 'same', net.images))));
    x = net.layer('Flatten', {}, x);
    for (const units of [120, 84]) x = net.layer('Dense', { units, activation: 'relu' }, x);
    return net.ending(net.layer('Dense', { units: classes }, x));
  },
};

const smallCnn: ZooEntry = {
  name: 'small-cnn',
  title: 'Small CNN',
  description:
    'Three blocks of two convolutions with batch normalization, pooling and dropout. A good first choice up to 64 pixels.',
  args: [width, dropout],
  build: (input, classes, args) => {
    const net = new ArchitectureBuilder(input);
    let x = net.images;
    for (const multiple of [1, 2, 4]) {
      for (const _convolution of [1, 2]) x = normalised(net, x, args.width * multiple, 3, 1);
      x = net.layer('MaxPooling2D', { pool_size: [2, 2] }, x);
      if (args.dropout > 0) x = net.layer('Dropout', { rate: args.dropout }, x);
    }
    return net.ending(head(net, x, classes));
  },
};

const rectified = (net: ArchitectureBuilder, from: string): string =>
  net.layer('Activation', { activation: 'relu' }, from);

/** Convolution, batch normalization and, unless told otherwise, a rectifier. */
function normalised(
  net: ArchitectureBuilder,
  from: string,
  filters: number,
  size: number,
  stride: number,
  activate = true,
): string {
  const kernel = { filters, kernel_size: [size, size], strides: [stride, stride], padding: 'same' };
  const convolved = net.layer('Conv2D', { ...kernel, use_bias: false, kernel_initializer: 'he_uniform' }, from);
  const normal = net.layer('BatchNormalization', { momentum: 0.9 }, convolved);
  return activate ? rectified(net, normal) : normal;
}

const head = (net: ArchitectureBuilder, from: string, classes: number): string =>
  net.layer('Dense', { units: classes }, net.layer('GlobalAveragePooling2D', {}, from));

const resnet: ZooEntry = {
  name: 'resnet',
  title: 'Residual network',
  description: 'He et al. 2016 in its small-image form: three stages of residual blocks. For 32 to 128 pixels.',
  args: [width, { name: 'blocks', default: 2, min: 1, max: 9, description: 'Residual blocks per stage.' }],
  build: (input, classes, args) => {
    const net = new ArchitectureBuilder(input);
    let x = normalised(net, net.images, args.width, 3, 1);
    for (const multiple of [1, 2, 4])
      for (let block = 0; block < args.blocks; block++) {
        const stride = multiple > 1 && block === 0 ? 2 : 1;
        const filters = args.width * multiple;
        const inner = normalised(net, normalised(net, x, filters, 3, stride), filters, 3, 1, false);
        const shortcut = stride === 1 ? x : normalised(net, x, filters, 1, stride, false);
        x = rectified(net, net.layer('Add', {}, inner, shortcut));
      }
    return net.ending(head(net, x, classes));
  },
};

const mobile: ZooEntry = {
  name: 'mobile',
  title: 'Mobile network',
  description:
    'Depthwise-separable convolutions after Howard et al. 2017: few operations per image, for tight latency budgets.',
  args: [
    width,
    { name: 'blocks', default: 4, min: 2, max: 8, description: 'Separable blocks; every second one halves the image.' },
  ],
  build: (input, classes, args) => {
    const net = new ArchitectureBuilder(input);
    let x = normalised(net, net.images, args.width, 3, 2);
    for (let block = 0; block < args.blocks; block++) {
      const stride = block % 2 === 1 ? 2 : 1;
      const kernel = { kernel_size: [3, 3], strides: [stride, stride], padding: 'same', use_bias: false };
      const spatial = net.layer('DepthwiseConv2D', { ...kernel, depthwise_initializer: 'he_uniform' }, x);
      const normal = rectified(net, net.layer('BatchNormalization', { momentum: 0.9 }, spatial));
      x = normalised(net, normal, args.width * 2 ** Math.min(4, Math.floor(block / 2) + 1), 1, 1);
    }
    return net.ending(head(net, x, classes));
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
