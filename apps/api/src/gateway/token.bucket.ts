/** Lets `perSecond` calls a second through for each name, in bursts of as many. 0 lets everything through. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private static readonly MOST_NAMES = 10_000;

  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Seconds until the next call is allowed; 0 when this one is. */
  take(name: string): number {
    if (this.perSecond === 0) return 0;
    const now = this.now();
    const bucket = this.buckets.get(name) ?? { tokens: this.perSecond, at: now };
    const tokens = Math.min(this.perSecond, bucket.tokens + ((now - bucket.at) / 1e3) * this.perSecond);
    this.buckets.delete(name); // the newest last: the oldest is forgotten first
    this.buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (this.buckets.size > TokenBuckets.MOST_NAMES) this.buckets.delete(this.buckets.keys().next().value!);
    return tokens >= 1 ? 0 : (1 - tokens) / this.perSecond;
  }
}
