import { add, moments, mul, reshape, rsqrt, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayerVariable, layers } from '@tensorflow/tfjs-layers';

/** What the layer has beside its public type. */
interface LayerNormalization {
  axis: number[];
  epsilon: number;
  gamma: LayerVariable | null;
  beta: LayerVariable | null;
}

/**
 * tfjs-layers repeats the statistics to the size of the images before it uses them, and the gradient of that takes one
 * operation per repetition: tens of thousands. Broadcasting gives the same numbers (Ba et al. 2016).
 */
export function broadcastLayerNormalization(layer: layers.Layer): void {
  const { axis, epsilon, gamma, beta } = layer as unknown as LayerNormalization;
  layer.call = (inputs) =>
    tidy(() => {
      const x: Tensor = Array.isArray(inputs) ? inputs[0] : inputs;
      const { mean, variance } = moments(x, axis, true);
      const perElement = (weight: LayerVariable) =>
        reshape(
          weight.read(),
          x.shape.map((size, index) => (axis.includes(index) ? size : 1)),
        );
      const normal = mul(sub(x, mean), rsqrt(add(variance, epsilon)));
      const scaled = gamma ? mul(normal, perElement(gamma)) : normal;
      return beta ? add(scaled, perElement(beta)) : scaled;
    });
}
