import { randomNormal, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { relativeDifference } from '../testing/parity';
import { broadcastLayerNormalization } from './layer.norm';

test.each([{ axis: -1 }, { axis: [1, 2, 3] }, { axis: -1, scale: false, center: false }])(
  'layer normalization %j by broadcasting gives what tfjs-layers gives by repeating',
  async (config) => {
    await setBackend('cpu');
    const layer = layers.layerNormalization(config);
    const x = randomNormal([2, 3, 4, 5], 1, 2, 'float32', 9);
    layer.build(x.shape);
    layer.setWeights(layer.getWeights().map((weight, at) => randomNormal(weight.shape, 0, 1, 'float32', at + 1)));
    const reference = (layer.call(x, {}) as Tensor).dataSync();
    broadcastLayerNormalization(layer);
    expect(relativeDifference((layer.call(x, {}) as Tensor).dataSync(), reference)).toBeLessThan(1e-6);
  },
);
