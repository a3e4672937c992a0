import {
  add,
  div,
  mul,
  type Scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  type Variable,
  variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { scalar } from '@tensorflow/tfjs-core';
import type { Hyperparameters } from '@ratchet/domain';

export interface WeightGradient {
  readonly weight: Variable;
  readonly gradient: Tensor;
}

/** An optimizer's state and rule. `slots` are made at once, so that they exist before anything is recorded. */
export interface Optimizer {
  /** By a name that stays the same from one build to the next. */
  readonly slots: Readonly<Record<string, Variable>>;
  /** Assigns new values to the weights and slots. */
  apply(gradients: readonly WeightGradient[], learningRate: Scalar): void;
}

type Rule = (weights: readonly Variable[], h: Hyperparameters) => Optimizer;

/** One zero-filled variable per weight. */
const zeros = (weights: readonly Variable[]): Variable[] => weights.map((weight) => variable(zerosLike(weight), false));

const named = (prefix: string, slots: readonly Variable[]): Record<string, Variable> =>
  Object.fromEntries(slots.map((slot, index) => [`${prefix}/${index}`, slot]));

/** Stochastic gradient descent with momentum (Polyak 1964; Sutskever et al. 2013 for Nesterov's), as tfjs writes it. */
const sgd: Rule = (weights, h) => {
  const velocities = h.momentum > 0 ? zeros(weights) : [];
  return {
    slots: named('velocity', velocities),
    apply: (gradients, learningRate) =>
      gradients.forEach(({ weight, gradient }, index) => {
        if (h.momentum === 0) return weight.assign(sub(weight, mul(gradient, learningRate)));
        const velocity = add(mul(velocities[index], h.momentum), gradient);
        velocities[index].assign(velocity);
        const direction = h.nesterov ? add(gradient, mul(velocity, h.momentum)) : velocity;
        weight.assign(sub(weight, mul(direction, learningRate)));
      }),
  };
};

/**
 * Kingma and Ba 2015; `decay` shrinks the weights apart from the gradient (Loshchilov and Hutter 2019). The slots hold
 * the moments divided by (1 − β), and the bias corrections go into two scalars: ten passes over the weights instead of
 * fourteen, for the same numbers.
 */
const adamWith =
  (decay: number): Rule =>
  (weights, h) => {
    const first = zeros(weights);
    const second = zeros(weights);
    const power1 = variable(scalar(h.beta1), false);
    const power2 = variable(scalar(h.beta2), false);
    return {
      slots: { ...named('first', first), ...named('second', second), power1, power2 },
      apply: (gradients, learningRate) => {
        const scale1 = div(1 - h.beta1, sub(1, power1));
        const scale2 = sqrt(div(1 - h.beta2, sub(1, power2)));
        const rate = div(mul(learningRate, scale1), scale2);
        const epsilon = div(h.epsilon, scale2);
        gradients.forEach(({ weight, gradient }, index) => {
          const mean = add(mul(first[index], h.beta1), gradient);
          const meanSquare = add(mul(second[index], h.beta2), square(gradient));
          first[index].assign(mean);
          second[index].assign(meanSquare);
          const change = div(mul(mean, rate), add(sqrt(meanSquare), epsilon));
          const kept = decay > 0 && decays(weight) ? sub(weight, mul(weight, mul(learningRate, decay))) : weight;
          weight.assign(sub(kept, change));
        });
        power1.assign(mul(power1, h.beta1));
        power2.assign(mul(power2, h.beta2));
      },
    };
  };

/** Tieleman and Hinton 2012, with momentum, as tfjs writes it. */
const rmsprop: Rule = (weights, h) => {
  const squares = zeros(weights);
  const moments = zeros(weights);
  return {
    slots: { ...named('squares', squares), ...named('moments', moments) },
    apply: (gradients, learningRate) =>
      gradients.forEach(({ weight, gradient }, index) => {
        const meanSquare = add(mul(squares[index], h.rho), mul(square(gradient), 1 - h.rho));
        const scaled = div(mul(gradient, learningRate), sqrt(add(meanSquare, h.epsilon)));
        const moment = add(mul(moments[index], h.momentum), scaled);
        squares[index].assign(meanSquare);
        moments[index].assign(moment);
        weight.assign(sub(weight, moment));
      }),
  };
};

/** Weight decay is for kernels: biases and normalisation parameters, which are vectors, keep their size. */
export const decays = (weight: Variable): boolean => weight.rank > 1;

/** The optimizer of a hyperparameter set, with its slots for `weights`. */
export function createOptimizer(weights: readonly Variable[], h: Hyperparameters): Optimizer {
  const rules: Record<Hyperparameters['optimizer'], Rule> = {
    sgd,
    adam: adamWith(0),
    adamw: adamWith(h.weightDecay),
    rmsprop,
  };
  return rules[h.optimizer](weights, h);
}
