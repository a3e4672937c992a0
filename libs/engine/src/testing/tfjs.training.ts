import {
  losses as tfjsLosses,
  oneHot,
  type Optimizer as TfjsOptimizer,
  type Scalar,
  setBackend,
  type SGDOptimizer,
  type Tensor,
  tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { type Hyperparameters, learningRateAt, type NetworkSpec } from '@ratchet/domain';
import { buildNetwork } from '../networks/network.builder';
import type { LabelledImages } from '../training/batch.feeds';
import { batchFeeds } from '../training/batch.feeds';
import type { Run } from './parity';
import { tenSteps } from './parity.case';

/** The parts of a training in terms of tfjs alone; what is left out is the default of tfjs. */
export interface TfjsTraining {
  readonly optimizer: (rate: number) => TfjsOptimizer;
  readonly loss?: (labels: Tensor2D, logits: Tensor2D, weights: readonly Variable[]) => Tensor;
  /** Between gradient and optimizer. */
  readonly adjust?: (gradients: Record<string, Tensor>, weights: readonly Variable[]) => Record<string, Tensor>;
  /** After each step. */
  readonly after?: (weights: readonly Variable[]) => void;
}

/** Trains `network` by tfjs's own means: its optimizers, its losses, its `cpu` backend; none of the engine's. */
export async function trainByTfjs(
  network: NetworkSpec,
  h: Hyperparameters,
  data: LabelledImages,
  training: TfjsTraining,
): Promise<Run> {
  const { height, width, channels } = data.shape;
  const smoothed = (labels: Tensor2D, logits: Tensor2D): Tensor =>
    tfjsLosses.softmaxCrossEntropy(labels, logits, undefined, h.labelSmoothing);
  const { loss = smoothed, adjust = (gradients) => gradients, after } = training;
  const model = await buildNetwork(network, data.shape, data.classes, h.seed);
  await setBackend('cpu');
  const weights = model.trainableWeights.map((weight) => weight.read() as Variable);
  const feeds = batchFeeds(data, h);
  const optimizer = training.optimizer(h.learningRate);
  const losses: number[] = [];
  for (let step = 0; step < tenSteps; step++)
    tidy(() => {
      const bytes = new Uint8Array(feeds.batchSize * height * width * channels);
      const classes = new Int32Array(feeds.batchSize);
      feeds.images.fill(bytes, step);
      feeds.labels.fill(classes, step);
      const labels = oneHot(tensor(classes, undefined, 'int32') as Tensor1D, data.classes, 1, 0, 'float32') as Tensor2D;
      const pixels = tensor(
        Float32Array.from(bytes, (byte) => byte / 255),
        [feeds.batchSize, height, width, channels],
      );
      const { value, grads } = variableGrads(
        () => loss(labels, model.apply(pixels, { training: true }) as Tensor2D, weights) as Scalar,
        weights,
      );
      setRate(optimizer, learningRateAt(h, step, feeds.stepsPerEpoch));
      optimizer.applyGradients(adjust(grads as Record<string, Tensor>, weights));
      after?.(weights);
      losses.push(value.dataSync()[0]);
    });
  const values = new Map(weights.map((weight, at) => [`weight/${at}`, weight.dataSync().slice() as Float32Array]));
  model.dispose();
  return { losses: Float32Array.from(losses), values };
}

/** tfjs has no public way to change an optimizer's learning rate, and two private ones. */
function setRate(optimizer: TfjsOptimizer, rate: number): void {
  if ('setLearningRate' in optimizer) (optimizer as SGDOptimizer).setLearningRate(rate);
  else (optimizer as unknown as { learningRate: number }).learningRate = rate;
}
