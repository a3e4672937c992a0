import { add, addN, div, minimum, mul, scalar, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { Hyperparameters } from '@ratchet/domain';
import { decays, type WeightGradient } from './optimizer';

/** Gradients with L2 decay added (all optimizers but adamw, which decays by itself) and their global norm limited. */
export function shapeGradients(gradients: readonly WeightGradient[], h: Hyperparameters): readonly WeightGradient[] {
  const decay = h.optimizer === 'adamw' ? 0 : h.weightDecay;
  const decayed = gradients.map(({ weight, gradient }) =>
    decay > 0 && decays(weight) ? { weight, gradient: add(gradient, mul(weight, decay)) } : { weight, gradient },
  );
  if (h.clipNorm === 0) return decayed;
  const norm = sqrt(addN(decayed.map(({ gradient }) => sum(square(gradient)) as Tensor)));
  const factor = minimum(scalar(1), div(h.clipNorm, add(norm, 1e-12)));
  return decayed.map(({ weight, gradient }) => ({ weight, gradient: mul(gradient, factor) }));
}
