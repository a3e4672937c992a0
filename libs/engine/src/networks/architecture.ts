import type { ImageShape } from '@ratchet/domain';
import { InvalidInput } from '@ratchet/domain';

/** A Keras model configuration, as far as the engine looks into it. */
export interface LayerConfig {
  class_name: string;
  config: Record<string, unknown>;
  [key: string]: unknown;
}
export interface Architecture {
  class_name: 'Sequential' | 'Functional' | 'Model';
  config: { layers: LayerConfig[]; [key: string]: unknown };
}

const copyOf = (architecture: Architecture): Architecture => JSON.parse(JSON.stringify(architecture)) as Architecture;

/** The layer whose output is the network's: the last of a Sequential, the one output of a functional model. */
export function outputLayer(architecture: Architecture): LayerConfig {
  const { layers, output_layers: outputs } = architecture.config;
  if (!outputs) return layers[layers.length - 1];
  const [first] = outputs as unknown[];
  const name = Array.isArray(first) ? first[0] : first;
  const layer = layers.find((candidate) => candidate.config.name === name);
  if (!layer)
    throw new InvalidInput('model.config.output_layers', `names the layer '${String(name)}', which does not exist`);
  return layer;
}

/**
 * Turns a closing softmax into logits: the loss is computed from logits, which is exact where probabilities round to 0
 * or 1, and the exported model puts the softmax back.
 */
export function withoutSoftmax(architecture: Architecture): Architecture {
  const copy = copyOf(architecture);
  const last = outputLayer(copy);
  if (last.config.activation === 'softmax') last.config.activation = 'linear';
  if (last.class_name === 'Softmax') {
    last.class_name = 'Activation';
    last.config = { name: last.config.name, activation: 'linear' };
  }
  return copy;
}

/** Rebuilt for images of `input`: a registered architecture has no weights that would tie it to a size. */
export function withInput(architecture: Architecture, { height, width, channels }: ImageShape): Architecture {
  const copy = copyOf(architecture);
  const shape = [null, height, width, channels];
  for (const layer of copy.config.layers)
    if (layer.class_name === 'InputLayer' || layer.config.batch_input_shape) layer.config.batch_input_shape = shape;
  if (!copy.config.layers.some((layer) => layer.config.batch_input_shape))
    copy.config.layers[0].config.batch_input_shape = shape;
  return copy;
}

/** Where the weights come from that are random unless told otherwise. */
const kernelInitializers: Readonly<Record<string, readonly string[]>> = {
  Dense: ['kernel_initializer'],
  Conv2D: ['kernel_initializer'],
  Conv2DTranspose: ['kernel_initializer'],
  DepthwiseConv2D: ['depthwise_initializer'],
  SeparableConv2D: ['depthwise_initializer', 'pointwise_initializer'],
};

/** As tfjs-layers reads it; a kernel whose initializer is left out gets Keras's default, Glorot's uniform one. */
export function initializerOf(config: LayerConfig['config'], option: string): { class_name: string; config: object } {
  const given = (config[option] ?? 'glorot_uniform') as string | { class_name: string; config?: object };
  const { class_name: name, config: settings = {} } = typeof given === 'string' ? { class_name: pascal(given) } : given;
  return { class_name: name.replace(/^Lecun/, 'LeCun'), config: settings };
}

/** Seeds of one network's initializers; more than a network can have kernels, and than it can have layers. */
const seedsPerNetwork = 10_007;
const firstOtherSeed = 5_000;

/** Gives every random initializer without a seed one of its own, so that the same seed gives the same weights. */
export function withSeeds(architecture: Architecture, seed: number): Architecture {
  const copy = copyOf(architecture);
  let kernels = 0;
  let others = firstOtherSeed;
  for (const { class_name: type, config } of copy.config.layers) {
    const ofKernels = kernelInitializers[type] ?? [];
    const given = Object.keys(config).filter((option) => option.endsWith('_initializer') && config[option]);
    for (const option of new Set([...ofKernels, ...given])) {
      const own = seed * seedsPerNetwork + (ofKernels.includes(option) ? ++kernels : ++others);
      const { class_name, config: settings } = initializerOf(config, option);
      const { seed: wanted } = settings as { seed?: number | null };
      config[option] = {
        class_name,
        config: seedless.has(class_name) ? settings : { ...settings, seed: wanted ?? own },
      };
    }
  }
  return copy;
}

const seedless = new Set(['Zeros', 'Ones', 'Constant', 'Identity']);

/** glorot_uniform → GlorotUniform */
const pascal = (name: string): string =>
  name.replace(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** With kernels that start as zeros: for looking at an architecture rather than training it. */
export function withoutWeights(architecture: Architecture): Architecture {
  const copy = copyOf(architecture);
  for (const { class_name: type, config } of copy.config.layers)
    for (const option of kernelInitializers[type] ?? []) config[option] = { class_name: 'Zeros', config: {} };
  return copy;
}
