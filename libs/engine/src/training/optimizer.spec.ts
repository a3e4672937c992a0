import {
  add,
  losses as tfjsLosses,
  matMul,
  mul,
  oneHot,
  type Optimizer as TfjsOptimizer,
  reshape,
  type Scalar,
  setBackend,
  type SGDOptimizer,
  type Tensor,
  tensor,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  tidy,
  train,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { type Hyperparameters, learningRateAt } from '@ratchet/domain';
import { buildNetwork } from '../networks/network.builder';
import { onnxruntimeDevice } from '../devices/onnxruntime.device';
import { conv, dense, flatten, sequentialJson } from '../testing/keras.networks';
import { cpu, relativeDifference, steady, syntheticImages, trainOn } from '../testing/parity';
import { strategiesHere, tenSteps, tolerance } from '../testing/tfjs.parity';
import { batchFeeds } from './batch.feeds';

const data = syntheticImages({ height: 4, width: 4, channels: 1 }, 3, 12);
const network = sequentialJson(conv(16, { activation: 'tanh' }), flatten, dense(3));

interface Reference {
  readonly losses: number[];
  readonly weights: Float32Array[];
}

/** Trains the network by tfjs's own means alone: its optimizers, its losses, its `cpu` backend. */
async function byTfjs(
  h: Hyperparameters,
  makeOptimizer: (rate: number) => TfjsOptimizer,
  loss = (labels: Tensor2D, logits: Tensor2D): Tensor =>
    tfjsLosses.softmaxCrossEntropy(labels, logits, undefined, h.labelSmoothing),
  adjust = (gradients: Record<string, Tensor>, _weights: Variable[]) => gradients,
  after: (weights: Variable[], rate: number) => void = () => {},
): Promise<Reference> {
  const model = await buildNetwork(network, data.shape, 3, h.seed);
  await setBackend('cpu');
  const weights = model.trainableWeights.map((weight) => weight.read() as Variable);
  const feeds = batchFeeds(data, h);
  const optimizer = makeOptimizer(h.learningRate);
  const losses: number[] = [];
  for (let step = 0; step < tenSteps; step++)
    tidy(() => {
      const bytes = new Uint8Array(feeds.batchSize * 16);
      const classes = new Int32Array(feeds.batchSize);
      feeds.images.fill(bytes, step);
      feeds.labels.fill(classes, step);
      const labels = oneHot(tensor(classes, undefined, 'int32') as Tensor1D, 3, 1, 0, 'float32') as Tensor2D;
      const pixels = tensor(
        Float32Array.from(bytes, (byte) => byte / 255),
        [feeds.batchSize, 4, 4, 1],
      );
      const { value, grads } = variableGrads(
        () => loss(labels, model.apply(pixels, { training: true }) as Tensor2D) as Scalar,
        weights,
      );
      const rate = learningRateAt(h, step, feeds.stepsPerEpoch);
      setRate(optimizer, rate);
      optimizer.applyGradients(adjust(grads as Record<string, Tensor>, weights));
      after(weights, rate);
      losses.push(value.dataSync()[0]);
    });
  return { losses, weights: weights.map((weight) => weight.dataSync().slice() as Float32Array) };
}

/** tfjs has no public way to change an optimizer's learning rate, and two private ones. */
function setRate(optimizer: TfjsOptimizer, rate: number): void {
  if ('setLearningRate' in optimizer) (optimizer as SGDOptimizer).setLearningRate(rate);
  else (optimizer as unknown as { learningRate: number }).learningRate = rate;
}

async function expectSame(h: Hyperparameters, reference: Reference) {
  for (const strategy of await strategiesHere()) {
    const compiled = await trainOn(onnxruntimeDevice('cpu', strategy, 1), network, h, data, tenSteps);
    expect(relativeDifference(compiled.losses, reference.losses)).toBeLessThan(tolerance);
    reference.weights.forEach((weight, at) =>
      expect(relativeDifference(compiled.values.get(`weight/${at}`)!, weight)).toBeLessThan(tolerance),
    );
  }
}

const base: Hyperparameters = { ...steady, learningRate: 0.02 };
const sgd = (rate: number) => train.sgd(rate);

describe('optimizers equal those of tfjs', () => {
  test('sgd', () =>
    byTfjs({ ...base, momentum: 0 }, sgd).then((reference) => expectSame({ ...base, momentum: 0 }, reference)));
  test('sgd with momentum', async () => expectSame(base, await byTfjs(base, (rate) => train.momentum(rate, 0.9))));
  test('sgd with Nesterov momentum', async () => {
    const h = { ...base, nesterov: true };
    await expectSame(h, await byTfjs(h, (rate) => train.momentum(rate, 0.9, true)));
  });
  test('adam', async () => {
    const h: Hyperparameters = { ...base, optimizer: 'adam', epsilon: 1e-5 };
    await expectSame(h, await byTfjs(h, (rate) => train.adam(rate, h.beta1, h.beta2, h.epsilon)));
  });
  test('adamw decays kernels apart from the gradient', async () => {
    const h: Hyperparameters = { ...base, optimizer: 'adamw', epsilon: 1e-5, weightDecay: 0.1 };
    // PyTorch's order: the decay comes first, and the gradient was taken before it.
    const shrink = (gradients: Record<string, Tensor>, weights: Variable[]) => {
      for (const weight of weights) if (weight.rank > 1) weight.assign(mul(weight, 1 - h.learningRate * h.weightDecay));
      return gradients;
    };
    await expectSame(h, await byTfjs(h, (rate) => train.adam(rate, h.beta1, h.beta2, h.epsilon), undefined, shrink));
  });
  test('rmsprop with momentum', async () => {
    const h: Hyperparameters = { ...base, optimizer: 'rmsprop', momentum: 0.5, learningRate: 0.005 };
    await expectSame(h, await byTfjs(h, (rate) => train.rmsprop(rate, h.rho, h.momentum, h.epsilon)));
  });
});

describe('schedules move the learning rate of every step', () => {
  test.each([
    { schedule: 'step', stepEpochs: 1, stepFactor: 0.5 },
    { schedule: 'cosine', epochs: 4 },
    { schedule: 'cosine', epochs: 4, warmupEpochs: 1.5 },
    { schedule: 'constant', warmupEpochs: 2 },
  ] as Partial<Hyperparameters>[])('%j', async (schedule) => {
    const h = { ...base, ...schedule };
    await expectSame(h, await byTfjs(h, (rate) => train.momentum(rate, 0.9)));
  });
});

describe('losses and regularisers equal those of tfjs', () => {
  test('label smoothing', async () => {
    const h = { ...base, labelSmoothing: 0.1 };
    await expectSame(h, await byTfjs(h, (rate) => train.momentum(rate, 0.9)));
  });
  test('balanced class weights', async () => {
    const lopsided = { ...data, labels: Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 0]) };
    const labels = data.labels;
    Object.assign(data, { labels: lopsided.labels });
    const h: Hyperparameters = { ...base, classWeights: 'balanced' };
    const weights = tensor2d([12 / (3 * 7), 12 / (3 * 3), 12 / (3 * 2)], [3, 1]);
    const loss = (wanted: Tensor2D, logits: Tensor2D) =>
      tfjsLosses.softmaxCrossEntropy(wanted, logits, reshape(matMul(wanted, weights), [-1]));
    await expectSame(h, await byTfjs(h, (rate) => train.momentum(rate, 0.9), loss));
    Object.assign(data, { labels });
  });
  test('weight decay is L2 on kernels', async () => {
    const h = { ...base, weightDecay: 0.05 };
    const decayed = (gradients: Record<string, Tensor>, weights: Variable[]) =>
      Object.fromEntries(
        weights.map((weight) => [
          weight.name,
          weight.rank > 1 ? add(gradients[weight.name], mul(weight, 0.05)) : gradients[weight.name],
        ]),
      );
    await expectSame(h, await byTfjs(h, (rate) => train.momentum(rate, 0.9), undefined, decayed));
  });
  test('gradient clipping limits the global norm', async () => {
    const h = { ...base, clipNorm: 0.3 };
    let limited = 0;
    const clipped = (gradients: Record<string, Tensor>) => {
      const norm = Math.hypot(...Object.values(gradients).flatMap((gradient) => [...gradient.dataSync()]));
      if (norm > 0.3) limited++;
      return Object.fromEntries(
        Object.entries(gradients).map(([name, gradient]) => [name, mul(gradient, Math.min(1, 0.3 / norm))]),
      );
    };
    await expectSame(h, await byTfjs(h, (rate) => train.momentum(rate, 0.9), undefined, clipped));
    expect(limited).toBeGreaterThan(3);
  });
  test('the moving average of weights', async () => {
    const h = { ...base, emaDecay: 0.9 };
    let averages: number[][] = [];
    let step = 0;
    const follow = (weights: Variable[]) => {
      const kept = Math.min(0.9, (1 + step) / (10 + step));
      const now = weights.map((weight) => [...weight.dataSync()]);
      averages = now.map((values, at) =>
        values.map((value, i) => (averages[at]?.[i] ?? start[at][i]) * kept + value * (1 - kept)),
      );
      step++;
    };
    const model = await buildNetwork(network, data.shape, 3, h.seed);
    const start = model.getWeights().map((weight) => [...weight.dataSync()]);
    model.dispose();
    await byTfjs(h, (rate) => train.momentum(rate, 0.9), undefined, undefined, follow);
    const compiled = await trainOn(cpu, network, h, data, tenSteps);
    averages.forEach((average, at) =>
      expect(relativeDifference(compiled.values.get(`average/${at}`)!, average)).toBeLessThan(tolerance),
    );
  });
});
