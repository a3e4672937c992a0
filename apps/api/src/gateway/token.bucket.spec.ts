import { TokenBuckets } from './token.bucket';

describe('TokenBuckets', () => {
  it('lets bursts through, then the rate, each name for itself', () => {
    let now = 0;
    const buckets = new TokenBuckets(4, () => now);
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 0]);
    expect(buckets.take('a')).toBeCloseTo(0.25);
    expect(buckets.take('b')).toBe(0);
    now = 250;
    expect(buckets.take('a')).toBe(0);
    expect(buckets.take('a')).toBeGreaterThan(0);
    now = 60_000;
    expect([1, 2, 3, 4, 5].map(() => buckets.take('a') === 0)).toEqual([true, true, true, true, false]);
  });

  it('sets no limit at 0', () => {
    const buckets = new TokenBuckets(0);
    for (let i = 0; i < 1000; i++) expect(buckets.take('a')).toBe(0);
  });
});
