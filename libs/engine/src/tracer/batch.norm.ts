import {
  add,
  engine,
  type GradConfig,
  moments,
  mul,
  ones,
  registerGradient,
  reshape,
  rsqrt,
  sub,
  type Tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
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

/**
 * Makes `layer` call the engine's kernels when it is recorded in training. Elsewhere it stays as it is, but for what
 * tfjs-layers cannot train: layers without scale or centre, or over another axis than the last.
 */
export function recordBatchNormalization(layer: layers.Layer): void {
  const original = layer.call.bind(layer);
  const norm = layer as unknown as BatchNormalization;
  layer.call = (inputs, kwargs) => {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const lastAxis = norm.axis === -1 || norm.axis === x.rank - 1;
    const recording = lastAxis && engine().backendName === recorderName;
    if (!kwargs?.training || (!recording && lastAxis && norm.gamma && norm.beta)) return original(inputs, kwargs);
    return tidy(() => {
      const [y, mean, variance] = recording ? normalize(x, norm) : normalizeByMoments(x, norm);
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

function normalize(x: Tensor, { gamma, beta, epsilon }: BatchNormalization): Tensor[] {
  const channels = [x.shape[x.rank - 1]];
  const inputs = { x, gamma: gamma?.read() ?? ones(channels), beta: beta?.read() ?? zeros(channels) };
  return engine().runKernel('BatchNormTraining', inputs, { epsilon }) as Tensor[];
}

function normalizeByMoments(x: Tensor, { axis, gamma, beta, epsilon }: BatchNormalization): Tensor[] {
  const at = (axis + x.rank) % x.rank;
  const { mean, variance } = moments(
    x,
    x.shape.map((_, index) => index).filter((index) => index !== at),
  );
  const wide = (statistic: Tensor) =>
    reshape(
      statistic,
      x.shape.map((size, index) => (index === at ? size : 1)),
    );
  const centred = sub(x, wide(mean));
  const normal = mul(centred, rsqrt(add(wide(variance), epsilon)));
  const scaled = gamma ? mul(normal, wide(gamma.read())) : normal;
  return [beta ? add(scaled, wide(beta.read())) : scaled, mean, variance];
}
