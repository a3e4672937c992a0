import {
  add,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  type Scalar,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import type { Hyperparameters } from '@ratchet/domain';

/** Mean cross-entropy of logits [N, classes] against class numbers, with label smoothing (Szegedy et al. 2016). */
export function crossEntropy(logits: Tensor2D, labels: Tensor1D, h: Hyperparameters, classes: number): Scalar {
  const hard = oneHot(labels, classes, 1, 0, 'float32');
  const targets = h.labelSmoothing > 0 ? add(mul(hard, 1 - h.labelSmoothing), h.labelSmoothing / classes) : hard;
  return mean(neg(sum(mul(targets, logSoftmax(logits)), 1))) as Scalar;
}
