import { engine, type GradConfig, mul, registerGradient, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayerVariable, layers } from '@tensorflow/tfjs-layers';
import { recorderName } from './recorder.backend';

/**
 * tfjs-layers composes batch normalization of some twenty full-size operations and as many in its gradient. While
 * recording, the layer calls two kernels of the engine's own instead, which every strategy writes in its best way.
 */
const gradient: GradConfig = {
  kernelName: 'BatchNormTraining',
  inputsToSave: ['x', 'gamma'],
  outputsToSave: [false, true, true],
  gradFunc: (dys, saved, attributes) => {
    const [dy] = dys as Tensor[];
    const [x, gamma, mean, variance] = saved;
    const [dx, dGamma, dBeta] = engine().runKernel(
      'BatchNormTrainingGrad',
      { dy, x, gamma, mean, variance },
      attributes,
    ) as Tensor[];
    return { x: () => dx, gamma: () => dGamma, beta: () => dBeta };
  },
};
registerGradient(gradient);

/** What the layer has beside its public type. */
interface BatchNormalization {
  axis: number;
  epsilon: number;
  momentum: number;
  gamma: LayerVariable | null;
  beta: LayerVariable | null;
  movingMean: LayerVariable;
  movingVariance: LayerVariable;
}

/** Makes `layer` call the engine's kernels when it is recorded in training; anywhere else it stays as it is. */
export function recordBatchNormalization(layer: layers.Layer): void {
  const original = layer.call.bind(layer);
  const norm = layer as unknown as BatchNormalization;
  layer.call = (inputs, kwargs) => {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const overLastAxis = norm.axis === -1 || norm.axis === x.rank - 1;
    const applies =
      kwargs?.training && engine().backendName === recorderName && overLastAxis && norm.gamma && norm.beta;
    if (!applies) return original(inputs, kwargs);
    return tidy(() => {
      const [y, mean, variance] = engine().runKernel(
        'BatchNormTraining',
        { x, gamma: norm.gamma!.read(), beta: norm.beta!.read() },
        { epsilon: norm.epsilon },
      ) as Tensor[];
      const move = (moving: LayerVariable, current: Tensor) => {
        const before = moving.read();
        moving.write(sub(before, mul(sub(before, current), 1 - norm.momentum)));
      };
      move(norm.movingMean, mean);
      move(norm.movingVariance, variance);
      return y;
    });
  };
}
