import type { NetworkSpec } from '@ratchet/domain';
import {
  conv,
  dense,
  flatten,
  functionalJson,
  type LayerJson,
  type NodeJson,
  sequentialJson,
} from '../../testing/keras.networks';
import { steady, syntheticImages } from '../../testing/parity';
import { stepByStep } from '../../testing/parity.case';
import { differencesFromTfjs, strategiesHere } from '../../testing/tfjs.parity';

/** Seconds on an idle machine; a busy one may take its time. */
jest.setTimeout(180_000);

/** Pixels enough for passes over planes. */
const side = 16;
const data = syntheticImages({ height: side, width: side, channels: 3 }, 3, 6);
const norm: LayerJson = ['BatchNormalization', {}];
const relu: LayerJson = ['Activation', { activation: 'relu' }];
const pooled: LayerJson = ['GlobalAveragePooling2D', {}];
const between = (...layers: readonly LayerJson[]) => sequentialJson(...layers, pooled, dense(3));

const node = (type: string, name: string, from: readonly string[], config: Record<string, unknown> = {}): NodeJson => ({
  type,
  name,
  from,
  config,
});
const bare = { filters: 5, kernel_size: [3, 3], padding: 'same', use_bias: false };

/** What batch normalization's gradient flows into: convolutions take its slope into their filters, others do not. */
const networks: Record<string, NetworkSpec> = {
  'batch normalization between convolutions': between(conv(5, { use_bias: false }), norm, relu, conv(4), norm, relu),
  'batch normalization of images': between(norm, conv(4, { activation: 'relu' })),
  'batch normalization twice': between(conv(4), norm, norm),
  'batch normalization without scale and centre': between(
    conv(4),
    ['BatchNormalization', { scale: false, center: false }],
    relu,
  ),
  'batch normalization after depthwise convolution': between(
    conv(4),
    ['DepthwiseConv2D', { kernel_size: [3, 3], padding: 'same', use_bias: false }],
    norm,
    relu,
  ),
  'batch normalization after a kernel of one element': between(conv(4), conv(6, { kernel_size: [1, 1] }), norm, relu),
  'a residual block': functionalJson(
    { type: 'InputLayer', name: 'in', config: { batch_input_shape: [null, side, side, 3] } },
    node('Conv2D', 'stem', ['in'], bare),
    node('BatchNormalization', 'norm', ['stem']),
    node('Activation', 'relu', ['norm'], { activation: 'relu' }),
    node('Conv2D', 'inner', ['relu'], bare),
    node('BatchNormalization', 'inner-norm', ['inner']),
    node('Add', 'sum', ['inner-norm', 'relu']),
    node('Activation', 'out', ['sum'], { activation: 'relu' }),
    node('GlobalAveragePooling2D', 'pool', ['out']),
    node('Dense', 'logits', ['pool'], { units: 3 }),
  ),
  'many filters on few pixels': sequentialJson(conv(4, { strides: [5, 4] }), conv(20), flatten, dense(3)),
  'strides that do not reach the end': between(conv(4), conv(5, { strides: [4, 5], padding: 'valid' })),
  'an even kernel, wider than high': between(conv(4, { kernel_size: [2, 5], activation: 'relu' })),
};

test.each(Object.entries(networks))('%s: ten steps give what tfjs computes', async (_name, network) =>
  expect(
    await differencesFromTfjs(await strategiesHere(), stepByStep(network, { ...steady, batchSize: 2 }, data)),
  ).toEqual([]),
);
