/** Bucket and count, for buckets that hold anything, in ascending order. */
export type LatencyCounts = readonly (readonly [bucket: number, count: number])[];

const SMALLEST_MS = 0.01;
const PER_OCTAVE = 8;
/** 10 µs to a minute. */
export const latencyBuckets = 181;

/** The bucket of a duration: each is 9 % longer than the one before it. What is out of range goes into the last at its end. */
export const latencyBucket = (ms: number): number =>
  Math.max(0, Math.min(latencyBuckets - 1, Math.floor(PER_OCTAVE * Math.log2(ms / SMALLEST_MS))));

/** The duration that a share of all does not exceed, within 5 %; null when there is none. `share` is in 0..1. */
export function latencyQuantile(counts: LatencyCounts, share: number): number | null {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bucket, count] of counts) {
    seen += count;
    if (seen >= share * total) return SMALLEST_MS * 2 ** ((bucket + 0.5) / PER_OCTAVE);
  }
  return null;
}

export function sumLatencies(all: readonly LatencyCounts[]): LatencyCounts {
  const sums = new Map<number, number>();
  for (const [bucket, count] of all.flat()) sums.set(bucket, (sums.get(bucket) ?? 0) + count);
  return [...sums].sort(([a], [b]) => a - b);
}
