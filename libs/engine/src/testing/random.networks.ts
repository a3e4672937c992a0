import fc from 'fast-check';
import type { ImageShape, NetworkSpec } from '@ratchet/domain';
import { functionalJson, type NodeJson } from './keras.networks';

/** The images that random networks are made for. */
export const randomNetworkInput: ImageShape = { height: 5, width: 5, channels: 1 };

type Block = { readonly type: string; readonly config: Record<string, unknown> };

/** Some of which fill the blocks that processors compute in. */
const channels = fc.constantFrom(1, 2, 3, 5, 8, 16, 16);
const padding = fc.constantFrom('same', 'valid');
const kernel = fc.constantFrom([1, 1], [2, 2], [3, 3], [3, 2], [1, 3], [5, 5]);
const activation = fc.constantFrom(
  'linear',
  'relu',
  'tanh',
  'sigmoid',
  'elu',
  'selu',
  'swish',
  'gelu',
  'softplus',
  'leaky_relu',
);
const block = (type: string, config: Record<string, fc.Arbitrary<unknown>> = {}): fc.Arbitrary<Block> =>
  fc.record(config).map((drawn) => ({ type, config: drawn }));

/** Blocks that keep an image an image, of the same height and width or smaller. */
const blocks: fc.Arbitrary<Block> = fc.oneof(
  {
    weight: 4,
    arbitrary: block('Conv2D', {
      filters: channels,
      kernel_size: kernel,
      padding: fc.constant('same'),
      strides: fc.constantFrom([1, 1], [1, 1], [2, 2]),
      use_bias: fc.boolean(),
      activation,
    }),
  },
  block('DepthwiseConv2D', {
    kernel_size: kernel,
    padding: fc.constant('same'),
    strides: fc.constantFrom([1, 1], [2, 2]),
    depth_multiplier: fc.constantFrom(1, 1, 2),
    activation,
  }),
  block('SeparableConv2D', {
    filters: channels,
    kernel_size: kernel,
    padding: fc.constant('same'),
  }),
  block('Conv2DTranspose', {
    filters: fc.constantFrom(1, 3, 16),
    kernel_size: fc.constantFrom([2, 2], [3, 3]),
    padding,
  }),
  block('MaxPooling2D', {
    pool_size: fc.constantFrom([2, 2], [3, 3]),
    strides: fc.constantFrom([1, 1], [2, 2]),
    padding: fc.constant('same'),
  }),
  block('AveragePooling2D', {
    pool_size: fc.constant([1, 1]),
    strides: fc.constantFrom([1, 1], [2, 2]),
    padding: fc.constant('valid'),
  }),
  {
    weight: 2,
    arbitrary: block('BatchNormalization', { epsilon: fc.constant(0.01), scale: fc.boolean(), center: fc.boolean() }),
  },
  block('LayerNormalization', { epsilon: fc.constant(0.01), axis: fc.constantFrom([1, 2, 3], [2, 3]) }),
  block('Dropout', { rate: fc.constantFrom(0.1, 0.5) }),
  block('SpatialDropout2D', { rate: fc.constant(0.2) }),
  block('Activation', { activation }),
  block('ZeroPadding2D', {
    padding: fc.constant([
      [0, 1],
      [1, 0],
    ]),
  }),
);

interface Plan {
  readonly stem: readonly Block[];
  readonly merge: string;
  /** Channels of both branches. */
  readonly branch: number;
  readonly left: Block;
  readonly right: Block;
  readonly pooled: boolean;
  readonly units: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  stem: fc.array(blocks, { minLength: 1, maxLength: 3 }),
  merge: fc.constantFrom('none', 'Add', 'Multiply', 'Average', 'Maximum', 'Concatenate'),
  branch: fc.constantFrom(3, 16),
  left: block('Conv2D', { kernel_size: kernel, padding: fc.constant('same'), activation }),
  right: block('Conv2D', { kernel_size: fc.constant([1, 1]), activation }),
  pooled: fc.boolean(),
  units: fc.integer({ min: 2, max: 4 }),
});

/** A chain of blocks, perhaps two branches that meet again, and a classifier's end. */
function networkOf({ stem, merge, branch, left, right, pooled, units }: Plan) {
  const nodes: NodeJson[] = [{ type: 'InputLayer', name: 'in', config: { batch_input_shape: [null, 5, 5, 1] } }];
  const last = () => nodes[nodes.length - 1].name;
  const push = ({ type, config }: Block, from = [last()]) =>
    nodes.push({ type, name: `n${nodes.length}`, config, from });
  stem.forEach((step) => push(step));
  if (merge !== 'none') {
    const from = last();
    const ofWidth = ({ type, config }: Block) => ({ type, config: { filters: branch, ...config } });
    push(ofWidth(left), [from]);
    const one = last();
    push(ofWidth(right), [from]);
    push({ type: merge, config: {} }, [one, last()]);
  }
  push({ type: pooled ? 'GlobalAveragePooling2D' : 'Flatten', config: {} });
  push({ type: 'Dense', config: { units, activation: 'tanh' } });
  push({ type: 'Dense', config: { units: 2 } });
  return functionalJson(...nodes);
}

/** Networks of two classes, of the layers that classifiers are made of, in any order that fits. */
export const randomNetworks: fc.Arbitrary<NetworkSpec> = plans.map(networkOf);
