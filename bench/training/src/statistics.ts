/** Middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('The median of no values was asked for');
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** One figure per round. */
  readonly rounds: readonly number[];
}

export const spread = (rounds: readonly number[]): Spread => ({
  median: median(rounds),
  min: Math.min(...rounds),
  max: Math.max(...rounds),
  rounds,
});
