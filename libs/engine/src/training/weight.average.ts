import { add, mul, type Scalar, sub, type Variable, variable } from '@tensorflow/tfjs-core';
import type { Feed, Take } from './feed';

/** Moving average of all weights and statistics, updated after each step (Polyak and Juditsky 1992, exponentially). */
export interface WeightAverage {
  readonly averages: readonly Variable[];
  update(take: Take): void;
}

/**
 * `decay` is approached from below, (1 + step) / (10 + step), so that the first steps' random weights are forgotten soon.
 */
export function weightAverage(weights: readonly Variable[], decay: number): WeightAverage {
  if (decay === 0) return { averages: [], update: () => {} };
  const averages = weights.map((weight) => variable(weight.clone(), false));
  const feed: Feed = {
    name: 'averageDecay',
    shape: [],
    type: 'float32',
    fill: (target, step) => void (target[0] = Math.min(decay, (1 + step) / (10 + step))),
  };
  return {
    averages,
    update: (take) => {
      const kept = take(feed) as Scalar;
      weights.forEach((weight, index) =>
        averages[index].assign(add(mul(averages[index], kept), mul(weight, sub(1, kept)))),
      );
    },
  };
}
