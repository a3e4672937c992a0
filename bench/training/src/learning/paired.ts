/** Mean and standard deviation (of the population the values are a sample of). */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/** Student's t at which 2.5 % lie above, for 1 … 10 degrees of freedom; beyond, the last one is a little too wide. */
const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

export interface PairedComparison {
  /** Mean of the differences, first minus second. */
  readonly difference: number;
  /** Half the width of its 95 % confidence interval (paired t). */
  readonly margin: number;
  /** Whether the interval holds zero: a difference no larger than what the seeds make of it. */
  readonly withinNoise: boolean;
}

/** Holds two series against each other, pair by pair. Needs two pairs at least. */
export function comparePairs(first: readonly number[], second: readonly number[]): PairedComparison {
  if (first.length !== second.length || first.length < 2)
    throw new Error(`${first.length} and ${second.length} values are no pairs; at least two seeds are needed`);
  const { mean, deviation } = meanAndDeviation(first.map((value, at) => value - second[at]));
  const quantile = quantiles[Math.min(first.length - 1, quantiles.length) - 1];
  const margin = (quantile * deviation) / Math.sqrt(first.length);
  return { difference: mean, margin, withinNoise: Math.abs(mean) <= margin };
}
