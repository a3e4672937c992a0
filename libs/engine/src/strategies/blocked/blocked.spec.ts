import fc from 'fast-check';
import type { NetworkSpec } from '@ratchet/domain';
import { onnxruntimeDevice } from '../../devices/onnxruntime.device';
import { conv, dense, flatten, type LayerJson, sequentialJson } from '../../testing/keras.networks';
import { layerCases } from '../../testing/layer.cases';
import { cpu, steady, syntheticImages, tfjs, trainOn, worstDifference } from '../../testing/parity';
import { portable } from '../portable';
import type { Strategy } from '../strategy';
import { cpuStrategy } from './blocked.probe';

let strategy: Strategy;
beforeAll(async () => {
  const choice = await cpuStrategy();
  strategy = choice.strategy;
  if (strategy === portable) console.warn(`The blocked strategy cannot be tested on this processor: ${choice.reason}`);
});

const blockedCpu = () => onnxruntimeDevice('cpu', strategy, 1);
const fast = { ...steady, batchSize: 6 };
const shape = { height: 6, width: 6, channels: 1 } as const;
const data = syntheticImages(shape, 3, 12);

async function expectEqual(network: NetworkSpec, reference: typeof cpu, steps: number, images = data, h = fast) {
  const expected = await trainOn(reference, network, h, images, steps);
  const actual = await trainOn(blockedCpu(), network, h, images, steps);
  const { losses, values } = worstDifference(actual, expected);
  expect(losses).toBeLessThan(1e-4);
  // A bias in front of a normalisation has no gradient but rounding, and the optimizer adds that up.
  expect(values).toBeLessThan(1e-3);
}

describe('the blocked strategy computes what the portable one does', () => {
  test.each(Object.entries(layerCases(16, 32, 16)))('%s', (_name, network) => expectEqual(network, cpu, 5));

  test.each(Object.entries(layerCases(4, 16, 5)).filter(([name]) => name.includes('conv')))(
    'where blocks do not fill: %s',
    (_name, network) => expectEqual(network, cpu, 5),
  );
});

describe('the blocked strategy computes what tfjs does', () => {
  const norm: LayerJson = ['BatchNormalization', {}];
  const relu: LayerJson = ['Activation', { activation: 'relu' }];
  const pool: LayerJson = ['MaxPooling2D', { pool_size: [2, 2] }];
  const networks: Record<string, NetworkSpec> = {
    'convolution, bias, relu': sequentialJson(conv(16, { activation: 'relu' }), conv(16), flatten, dense(3)),
    'stride 2': sequentialJson(conv(16, { activation: 'relu' }), conv(16, { strides: [2, 2] }), flatten, dense(3)),
    'batch normalization': sequentialJson(conv(16, { use_bias: false }), norm, relu, flatten, dense(3)),
    'pooling behind relu': sequentialJson(conv(16, { activation: 'relu' }), pool, conv(16), pool, flatten, dense(3)),
  };
  test.each(Object.entries(networks))('%s', (_name, network) =>
    expectEqual(network, tfjs, 5, data, { ...fast, batchSize: 2 }),
  );
});

describe('batches of any size', () => {
  const network = sequentialJson(
    conv(16, { activation: 'relu' }),
    conv(32, { use_bias: false }),
    ['BatchNormalization', {}],
    flatten,
    dense(3),
  );
  test.each([1, 2, 3, 7, 16, 33])('%i images', (batchSize) =>
    expectEqual(network, cpu, 3, syntheticImages(shape, 3, batchSize), { ...fast, batchSize }),
  );
});

test('random networks of any widths, kernels, strides and poolings', async () => {
  const channels = fc.constantFrom(3, 8, 16, 24, 32);
  const layer: fc.Arbitrary<LayerJson> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .record({
          filters: channels,
          kernel_size: fc.constantFrom([1, 1], [2, 2], [3, 3], [3, 1], [5, 5]),
          strides: fc.constantFrom([1, 1], [1, 1], [2, 2]),
          padding: fc.constantFrom('same', 'same', 'valid'),
          activation: fc.constantFrom('linear', 'relu', 'tanh', 'relu6'),
          use_bias: fc.boolean(),
        })
        .map((config): LayerJson => ['Conv2D', config]),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ kernel_size: fc.constantFrom([2, 2], [3, 3]), strides: fc.constantFrom([1, 1], [2, 2]) })
        .map((config): LayerJson => ['DepthwiseConv2D', { ...config, padding: 'same' }]),
    },
    { weight: 2, arbitrary: fc.constant<LayerJson>(['BatchNormalization', {}]) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('MaxPooling2D', 'AveragePooling2D')
        .map((type): LayerJson => [type, { pool_size: [2, 2], padding: 'same' }]),
    },
    { weight: 1, arbitrary: fc.constant<LayerJson>(['Activation', { activation: 'relu' }]) },
  );
  const images = syntheticImages({ height: 11, width: 9, channels: 3 }, 3, 8);
  const property = fc.asyncProperty(fc.array(layer, { minLength: 1, maxLength: 4 }), async (middle) => {
    const network = sequentialJson(conv(16), ...middle, ['GlobalAveragePooling2D', {}], dense(3));
    try {
      await expectEqual(network, cpu, 2, images, { ...fast, batchSize: 8 });
    } catch (error) {
      if (!/negative|must be|smaller/i.test((error as Error).message)) throw error;
    }
  });
  await fc.assert(property, { numRuns: 30, seed: 11, endOnFailure: true });
}, 120_000);
