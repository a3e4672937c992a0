import type { NetworkSpec } from '@ratchet/domain';
import { conv, dense, flatten, type LayerJson, sequentialJson } from '../../testing/keras.networks';
import { layerCases } from '../../testing/layer.cases';
import { steady, syntheticImages } from '../../testing/parity';
import { stepByStep } from '../../testing/parity.case';
import { differencesFromTfjs, strategiesHere } from '../../testing/tfjs.parity';

/** Seconds on an idle machine; a busy one may take its time. */
jest.setTimeout(180_000);

const side = 4;
const shape = { height: side, width: side, channels: 1 } as const;
const data = syntheticImages(shape, 3, 4);
const fast = { ...steady, batchSize: 2 };

async function expectAsTfjs(network: NetworkSpec, h = fast, images = data) {
  expect(await differencesFromTfjs(await strategiesHere(), stepByStep(network, h, images))).toEqual([]);
}

describe('ten steps in blocks of channels give what tfjs computes', () => {
  test.each(Object.entries(layerCases(side, 16, 32, 16)))('%s', (_name, network) => expectAsTfjs(network));

  test.each(Object.entries(layerCases(side, 4, 16, 5)).filter(([name]) => name.includes('conv')))(
    'where blocks do not fill: %s',
    (_name, network) => expectAsTfjs(network),
  );
});

describe('what follows a convolution and is done by it', () => {
  const norm: LayerJson = ['BatchNormalization', {}];
  const relu: LayerJson = ['Activation', { activation: 'relu' }];
  const pool: LayerJson = ['MaxPooling2D', { pool_size: [2, 2] }];
  const networks: Record<string, NetworkSpec> = {
    'bias and relu': sequentialJson(conv(16, { activation: 'relu' }), conv(16), flatten, dense(3)),
    'stride 2': sequentialJson(conv(16, { activation: 'relu' }), conv(16, { strides: [2, 2] }), flatten, dense(3)),
    'batch normalization': sequentialJson(conv(16, { use_bias: false }), norm, relu, flatten, dense(3)),
    'pooling behind relu': sequentialJson(conv(16, { activation: 'relu' }), pool, conv(16), pool, flatten, dense(3)),
  };
  test.each(Object.entries(networks))('%s', (_name, network) => expectAsTfjs(network));
});

describe('batches of any size', () => {
  const network = sequentialJson(
    conv(16, { activation: 'relu' }),
    conv(16, { use_bias: false }),
    ['BatchNormalization', {}],
    flatten,
    dense(3),
  );
  test.each([1, 2, 3, 7, 16, 33])('%i images', (batchSize) =>
    expectAsTfjs(network, { ...fast, batchSize }, syntheticImages(shape, 3, batchSize)),
  );
});
