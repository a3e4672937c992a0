import { latencyBucket, latencyBuckets, latencyQuantile, sumLatencies } from './latency';

const countsOf = (durations: readonly number[]) => sumLatencies(durations.map((ms) => [[latencyBucket(ms), 1]]));

describe('latency counts', () => {
  it('tell quantiles within 5 %, over five orders of magnitude', () => {
    for (const scale of [0.1, 1, 37, 900, 12_000]) {
      const durations = Array.from({ length: 999 }, (_, i) => scale * (1 + i / 500));
      const counts = countsOf(durations);
      for (const share of [0.5, 0.99]) {
        const exact = durations[Math.ceil(share * durations.length) - 1];
        expect(Math.abs(latencyQuantile(counts, share)! / exact - 1)).toBeLessThan(0.05);
      }
    }
  });

  it('add up in any order, and know nothing of nothing', () => {
    const [a, b] = [countsOf([1, 2, 3]), countsOf([3, 500])];
    expect(sumLatencies([a, b])).toEqual(sumLatencies([b, a]));
    expect(sumLatencies([a, b]).reduce((sum, [, count]) => sum + count, 0)).toBe(5);
    expect(latencyQuantile([], 0.5)).toBeNull();
  });

  it('put what is out of range at the ends', () => {
    expect([0, 1e-9, 1e9, Infinity].map(latencyBucket)).toEqual([0, 0, latencyBuckets - 1, latencyBuckets - 1]);
  });
});
