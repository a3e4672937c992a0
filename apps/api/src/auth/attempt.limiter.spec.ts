import { TooManyRequests } from '@ratchet/domain';
import { AttemptLimiter } from './attempt.limiter';

describe('AttemptLimiter', () => {
  const minutes = (n: number) => n * 60_000;
  const limiterAt = (limit: number) => {
    let now = 0;
    return { limiter: new AttemptLimiter(limit, () => now), at: (ms: number) => (now = ms) };
  };

  it('refuses from the attempt after the limit until the window is over', () => {
    const { limiter, at } = limiterAt(2);
    limiter.begin('ann');
    limiter.begin('ann');
    at(minutes(14));
    expect(() => limiter.begin('ann')).toThrow(TooManyRequests);
    expect(() => limiter.begin('bob')).not.toThrow();
    at(minutes(15));
    expect(() => limiter.begin('ann')).not.toThrow();
  });

  it('says how long to wait', () => {
    const { limiter, at } = limiterAt(0);
    at(1);
    expect(() => limiter.begin('ann')).toThrow(expect.objectContaining({ retryAfterSeconds: 900 }));
  });

  it('forgets failures after a success, and takes back single ones', () => {
    const { limiter } = limiterAt(1);
    limiter.begin('ann');
    limiter.succeed('ann');
    limiter.begin('ann');
    limiter.forgive('ann');
    expect(() => limiter.begin('ann')).not.toThrow();
  });

  it('remembers a bounded number of names', () => {
    const { limiter } = limiterAt(1);
    for (let i = 0; i < 10_001; i++) limiter.begin(`name ${i}`);
    expect(() => limiter.begin('name 0')).not.toThrow();
    expect(() => limiter.begin('name 10000')).toThrow(TooManyRequests);
  });
});
