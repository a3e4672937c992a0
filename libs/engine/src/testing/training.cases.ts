import {
  abs,
  add,
  addN,
  losses as tfjsLosses,
  matMul,
  mul,
  reshape,
  square,
  sum,
  type Tensor,
  tensor2d,
  train,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { Hyperparameters } from '@ratchet/domain';
import { buildNetwork } from '../networks/network.builder';
import { conv, dense, flatten, sequentialJson } from './keras.networks';
import { type Run, steady, syntheticImages } from './parity';
import type { ParityCase } from './parity.case';
import { type TfjsTraining, trainByTfjs } from './tfjs.training';

const data = syntheticImages({ height: 4, width: 4, channels: 1 }, 3, 12);
const networkWith = (options: Record<string, unknown>) =>
  sequentialJson(conv(16, { activation: 'tanh', ...options }), flatten, dense(3, options));
const network = networkWith({});
const base: Hyperparameters = { ...steady, learningRate: 0.02 };
const momentum = (rate: number) => train.momentum(rate, 0.9);

/** Trains by `settings`, and for the reference by what they mean in terms of tfjs. */
const means = (settings: Partial<Hyperparameters>, training: Partial<TfjsTraining> = {}, images = data): ParityCase => {
  const h = { ...base, ...settings };
  return {
    network,
    h,
    data: images,
    reference: () => trainByTfjs(network, h, images, { optimizer: momentum, ...training }),
  };
};

const adam = ({ beta1, beta2 }: Hyperparameters, epsilon: number) => ({
  optimizer: (rate: number) => train.adam(rate, beta1, beta2, epsilon),
});
const isKernel = (weight: Variable) => weight.rank > 1;

export const optimizerCases: Record<string, ParityCase> = {
  sgd: means({ momentum: 0 }, { optimizer: (rate) => train.sgd(rate) }),
  'sgd with momentum': means({}),
  'sgd with Nesterov momentum': means(
    { nesterov: true },
    { optimizer: (rate: number) => train.momentum(rate, 0.9, true) },
  ),
  adam: means({ optimizer: 'adam', epsilon: 1e-5 }, adam(base, 1e-5)),
  'adamw decays kernels apart from the gradient': means(
    { optimizer: 'adamw', epsilon: 1e-5, weightDecay: 0.1 },
    {
      ...adam(base, 1e-5),
      // PyTorch's order: the decay comes first, and the gradient was taken before it.
      adjust: (gradients, weights) => {
        for (const weight of weights) if (isKernel(weight)) weight.assign(mul(weight, 1 - base.learningRate * 0.1));
        return gradients;
      },
    },
  ),
  'rmsprop with momentum': means(
    { optimizer: 'rmsprop', momentum: 0.5, learningRate: 0.005 },
    { optimizer: (rate) => train.rmsprop(rate, base.rho, 0.5, base.epsilon) },
  ),
};

const schedules: readonly Partial<Hyperparameters>[] = [
  { schedule: 'step', stepEpochs: 1, stepFactor: 0.5 },
  { schedule: 'cosine', epochs: 4 },
  { schedule: 'cosine', epochs: 4, warmupEpochs: 1.5 },
  { schedule: 'constant', warmupEpochs: 2 },
];
/** The reference asks for the learning rate of every step, and hands it to tfjs's optimizer. */
export const scheduleCases: Record<string, ParityCase> = Object.fromEntries(
  schedules.map((schedule) => [JSON.stringify(schedule), means(schedule)]),
);

const lopsided = { ...data, labels: Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 0]) };

export const lossCases: Record<string, ParityCase> = {
  'label smoothing': means({ labelSmoothing: 0.1 }),
  'balanced class weights': means(
    { classWeights: 'balanced' },
    {
      loss: (wanted, logits) => {
        const weights = tensor2d([12 / (3 * 7), 12 / (3 * 3), 12 / (3 * 2)], [3, 1]);
        return tfjsLosses.softmaxCrossEntropy(wanted, logits, reshape(matMul(wanted, weights), [-1]));
      },
    },
    lopsided,
  ),
  'weight decay is L2 on kernels': means(
    { weightDecay: 0.05 },
    {
      adjust: (gradients, weights) =>
        Object.fromEntries(
          weights.map((weight) => {
            const gradient = gradients[weight.name];
            return [weight.name, isKernel(weight) ? add(gradient, mul(weight, 0.05)) : gradient];
          }),
        ),
    },
  ),
  "what a network's own regularizers add": {
    ...means({}),
    network: networkWith({ kernel_regularizer: { class_name: 'L1L2', config: { l1: 0.02, l2: 0.03 } } }),
    reference: () =>
      trainByTfjs(network, base, data, {
        optimizer: momentum,
        loss: (wanted, logits, weights) => {
          const added = weights
            .filter(isKernel)
            .map((kernel) => add(mul(sum(abs(kernel)), 0.02), mul(sum(square(kernel)), 0.03)));
          return addN([tfjsLosses.softmaxCrossEntropy(wanted, logits), ...added]);
        },
      }),
  },
  'gradient clipping limits the global norm where it is larger': {
    ...means({ clipNorm: 0.8 }),
    reference: () => clipped(0.8),
  },
  'the moving average of weights': { ...means({ emaDecay: 0.9 }), reference: () => averaged(0.9) },
};

async function clipped(limit: number): Promise<Run> {
  let limited = 0;
  const adjust = (gradients: Record<string, Tensor>) => {
    const norm = Math.hypot(...Object.values(gradients).flatMap((gradient) => [...gradient.dataSync()]));
    if (norm > limit) limited++;
    return Object.fromEntries(
      Object.entries(gradients).map(([name, gradient]) => [name, mul(gradient, Math.min(1, limit / norm))]),
    );
  };
  const run = await means({}, { adjust }).reference();
  if (limited < 3 || limited > 7) throw new Error(`${limited} of 10 steps were limited: nothing is shown`);
  return run;
}

async function averaged(decay: number): Promise<Run> {
  const model = await buildNetwork(network, data.shape, data.classes, base.seed);
  let averages = model.getWeights().map((weight) => [...weight.dataSync()]);
  model.dispose();
  let step = 0;
  const after = (weights: readonly Variable[]) => {
    const kept = Math.min(decay, (1 + step) / (10 + step));
    const now = weights.map((weight) => weight.dataSync());
    averages = averages.map((values, at) => values.map((value, i) => value * kept + now[at][i] * (1 - kept)));
    step++;
  };
  const { losses, values } = await means({}, { after }).reference();
  const named = averages.map((average, at): [string, Float32Array] => [`average/${at}`, Float32Array.from(average)]);
  return { losses, values: new Map([...values, ...named]) };
}
