import fc from 'fast-check';
import type { ImageShape } from '@ratchet/domain';
import { type NodeJson, functionalJson } from '../testing/keras.networks';
import { cpu, steady, syntheticImages, tfjs, trainOn, worstDifference } from '../testing/parity';

const shape: ImageShape = { height: 5, width: 5, channels: 1 };
const data = syntheticImages(shape, 2, 4);

type Block = { readonly type: string; readonly config: Record<string, unknown> };

const padding = fc.constantFrom('same', 'valid');
const kernel = fc.constantFrom([1, 1], [2, 2], [3, 3], [3, 2]);
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
      filters: fc.integer({ min: 1, max: 5 }),
      kernel_size: kernel,
      padding: fc.constant('same'),
      strides: fc.constantFrom([1, 1], [2, 2]),
      use_bias: fc.boolean(),
      activation,
    }),
  },
  block('DepthwiseConv2D', {
    kernel_size: kernel,
    padding: fc.constant('same'),
    depth_multiplier: fc.constantFrom(1, 2),
    activation,
  }),
  block('SeparableConv2D', {
    filters: fc.integer({ min: 1, max: 4 }),
    kernel_size: kernel,
    padding: fc.constant('same'),
  }),
  block('Conv2DTranspose', {
    filters: fc.integer({ min: 1, max: 3 }),
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
  readonly left: Block;
  readonly right: Block;
  readonly pooled: boolean;
  readonly units: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  stem: fc.array(blocks, { minLength: 1, maxLength: 3 }),
  merge: fc.constantFrom('none', 'Add', 'Multiply', 'Average', 'Maximum', 'Concatenate'),
  left: block('Conv2D', { filters: fc.constant(3), kernel_size: kernel, padding: fc.constant('same'), activation }),
  right: block('Conv2D', { filters: fc.constant(3), kernel_size: fc.constant([1, 1]), activation }),
  pooled: fc.boolean(),
  units: fc.integer({ min: 2, max: 4 }),
});

/** A chain of blocks, perhaps two branches that meet again, and a classifier's end. */
function networkOf({ stem, merge, left, right, pooled, units }: Plan) {
  const nodes: NodeJson[] = [{ type: 'InputLayer', name: 'in', config: { batch_input_shape: [null, 5, 5, 1] } }];
  const last = () => nodes[nodes.length - 1].name;
  const push = ({ type, config }: Block, from = [last()]) =>
    nodes.push({ type, name: `n${nodes.length}`, config, from });
  stem.forEach((step) => push(step));
  if (merge !== 'none') {
    const from = last();
    push(left, [from]);
    const one = last();
    push(right, [from]);
    push({ type: merge, config: {} }, [one, last()]);
  }
  push({ type: pooled ? 'GlobalAveragePooling2D' : 'Flatten', config: {} });
  push({ type: 'Dense', config: { units, activation: 'tanh' } });
  push({ type: 'Dense', config: { units: 2 } });
  return functionalJson(...nodes);
}

test('300 random networks train as tfjs trains them', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const network = networkOf(plan);
      const h = { ...steady, learningRate: 0.01, batchSize: 2 };
      const reference = await trainOn(tfjs, network, h, data, 3);
      const { losses, values } = worstDifference(await trainOn(cpu, network, h, data, 3), reference);
      expect(Math.max(losses, values)).toBeLessThan(1e-4);
    }),
    { numRuns: 300, seed: 20_261_122, endOnFailure: true },
  );
}, 900_000);
