import { splits, type Split } from '@ratchet/domain';
import type { DatasetVersionView } from '@ratchet/contracts';

type Counts = DatasetVersionView['counts'];

/** Images per split over all classes. */
export const splitTotals = (counts: Counts): Record<Split, number> =>
  Object.fromEntries(splits.map((split) => [split, counts.reduce((sum, c) => sum + (c[split] ?? 0), 0)])) as Record<
    Split,
    number
  >;

/** One bar series per split, a value per class, in class order. */
export const histogramSeries = (counts: Counts): { split: Split; values: number[] }[] =>
  splits.map((split) => ({ split, values: counts.map((c) => c[split] ?? 0) }));

/** The largest class over the smallest; infinite where a class is empty. */
export function imbalance(counts: Counts): number {
  const sizes = counts.map((c) => splits.reduce((sum, split) => sum + (c[split] ?? 0), 0));
  return Math.max(...sizes) / Math.min(...sizes);
}
