import type { ImageShape } from '@ratchet/domain';

/** A layer in the JSON that Keras 2 writes, and by name where its input comes from. */
interface Layer {
  readonly class_name: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes: readonly unknown[];
}

export interface BenchNetwork {
  readonly id: 'cnn' | 'resnet' | 'mlp';
  readonly title: string;
  readonly input: ImageShape;
  readonly batch: number;
  /** Steps per measurement: about two seconds for PyTorch on two cores. */
  readonly steps: number;
  /** Ends in ten logits. */
  readonly architecture: { readonly class_name: 'Model'; readonly config: Readonly<Record<string, unknown>> };
}

/** Collects layers of a functional model; `add` answers the name of the layer it added. */
class Layers {
  readonly list: Layer[] = [];

  add(type: string, config: Readonly<Record<string, unknown>>, ...from: readonly string[]): string {
    const name = `${type.toLowerCase()}_${this.list.length}`;
    const inbound = from.length === 0 ? [] : [from.map((source) => [source, 0, 0, {}])];
    this.list.push({ class_name: type, name, config: { ...config, name }, inbound_nodes: inbound });
    return name;
  }

  input({ height, width, channels }: ImageShape): string {
    return this.add('InputLayer', { batch_input_shape: [null, height, width, channels], dtype: 'float32' });
  }

  model(output: string): BenchNetwork['architecture'] {
    const ends = { input_layers: [[this.list[0].name, 0, 0]], output_layers: [[output, 0, 0]] };
    return { class_name: 'Model', config: { name: 'bench', layers: this.list, ...ends } };
  }
}

function cnn(input: ImageShape): BenchNetwork['architecture'] {
  const layers = new Layers();
  const conv = (x: string, filters: number) =>
    layers.add('Conv2D', { filters, kernel_size: [3, 3], activation: 'relu' }, x);
  const pooled = layers.add('MaxPooling2D', { pool_size: [2, 2] }, conv(conv(layers.input(input), 32), 64));
  const hidden = layers.add('Dense', { units: 128, activation: 'relu' }, layers.add('Flatten', {}, pooled));
  return layers.model(layers.add('Dense', { units: 10 }, hidden));
}

function mlp(input: ImageShape): BenchNetwork['architecture'] {
  const layers = new Layers();
  const dense = (x: string) => layers.add('Dense', { units: 512, activation: 'relu' }, x);
  const hidden = dense(dense(layers.add('Flatten', {}, layers.input(input))));
  return layers.model(layers.add('Dense', { units: 10 }, hidden));
}

/** Three stages of two residual blocks, 16, 32 and 64 channels, batch normalization after every convolution. */
function resnet(input: ImageShape): BenchNetwork['architecture'] {
  const layers = new Layers();
  const relu = (x: string) => layers.add('Activation', { activation: 'relu' }, x);
  const normalised = (x: string, filters: number, size: number, stride: number) => {
    const options = { filters, kernel_size: [size, size], strides: [stride, stride], padding: 'same', use_bias: false };
    return layers.add('BatchNormalization', {}, layers.add('Conv2D', options, x));
  };
  let x = relu(normalised(layers.input(input), 16, 3, 1));
  for (const [filters, firstStride] of [
    [16, 1],
    [32, 2],
    [64, 2],
  ])
    for (const stride of [firstStride, 1]) {
      const inner = normalised(relu(normalised(x, filters, 3, stride)), filters, 3, 1);
      const shortcut = stride === 1 ? x : normalised(x, filters, 1, stride);
      x = relu(layers.add('Add', {}, inner, shortcut));
    }
  return layers.model(layers.add('Dense', { units: 10 }, layers.add('GlobalAveragePooling2D', {}, x)));
}

const grey = { height: 28, width: 28, channels: 1 } as const;
const colour = { height: 64, width: 64, channels: 3 } as const;

export const networks: readonly BenchNetwork[] = [
  { id: 'cnn', title: 'CNN, 28×28, batch 64', input: grey, batch: 64, steps: 40, architecture: cnn(grey) },
  {
    id: 'resnet',
    title: 'BN-ResNet, 64×64×3, batch 32',
    input: colour,
    batch: 32,
    steps: 10,
    architecture: resnet(colour),
  },
  { id: 'mlp', title: 'MLP 784-512-512-10, batch 128', input: grey, batch: 128, steps: 200, architecture: mlp(grey) },
];

export function networkCalled(id: string): BenchNetwork {
  const network = networks.find((candidate) => candidate.id === id);
  if (!network) throw new Error(`There is no network '${id}'; choose among ${networks.map((n) => n.id).join(', ')}`);
  return network;
}
