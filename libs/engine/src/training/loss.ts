import {
  add,
  logSoftmax,
  matMul,
  mean,
  mul,
  neg,
  oneHot,
  reshape,
  type Scalar,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import type { Hyperparameters } from '@ratchet/domain';

/** One weight per class: 1, or count(all) / (classes × count(class)); classes without images weigh 1. */
export function classWeights(h: Hyperparameters, labels: ArrayLike<number>, classes: number): Float32Array {
  const weights = new Float32Array(classes).fill(1);
  if (h.classWeights === 'none') return weights;
  const counts = new Array<number>(classes).fill(0);
  for (let at = 0; at < labels.length; at++) counts[labels[at]]++;
  counts.forEach((count, at) => {
    if (count > 0) weights[at] = labels.length / (classes * count);
  });
  return weights;
}

/** What the network should answer, [N, classes]: the labels, smoothed (Szegedy et al. 2016). */
export function targetsOf(labels: Tensor1D, h: Hyperparameters, classes: number): Tensor2D {
  const hard = oneHot(labels, classes, 1, 0, 'float32') as Tensor2D;
  return h.labelSmoothing > 0 ? add(mul(hard, 1 - h.labelSmoothing), h.labelSmoothing / classes) : hard;
}

/** Mean over the batch of the cross-entropy of logits against targets, each image weighted by its class. */
export function crossEntropy(logits: Tensor2D, targets: Tensor2D, weights: Float32Array): Scalar {
  const perImage = neg(sum(mul(targets, logSoftmax(logits)), 1));
  if (weights.every((weight) => weight === 1)) return mean(perImage);
  const weightOfImage = reshape(matMul(targets, tensor2d(weights, [weights.length, 1])), [-1]);
  return mean(mul(perImage, weightOfImage));
}
