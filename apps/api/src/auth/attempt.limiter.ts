import { TooManyRequests } from '@ratchet/domain';

const windowMs = 15 * 60_000;
const remembered = 10_000;

interface Attempts {
  failures: number;
  since: number;
}

/**
 * Counts failures per name (an account, an address) and refuses the name once it has too many within a quarter of an
 * hour. An attempt counts as a failure from its start, so that many at once gain nothing.
 */
export class AttemptLimiter {
  private readonly attempts = new Map<string, Attempts>();

  constructor(
    private readonly limit: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws TooManyRequests */
  begin(name: string): void {
    const now = this.now();
    let entry = this.attempts.get(name);
    if (!entry || now - entry.since >= windowMs) entry = { failures: 0, since: now };
    if (entry.failures >= this.limit) {
      const seconds = Math.ceil((entry.since + windowMs - now) / 1000);
      throw new TooManyRequests(
        `Too many failed attempts to sign in; try again in ${Math.ceil(seconds / 60)} minutes.`,
        seconds,
      );
    }
    entry.failures++;
    this.attempts.delete(name); // the newest last: the oldest is forgotten first
    this.attempts.set(name, entry);
    if (this.attempts.size > remembered) this.attempts.delete(this.attempts.keys().next().value as string);
  }

  succeed(name: string): void {
    this.attempts.delete(name);
  }

  /** Takes back one `begin`: the attempt told nothing about this name. */
  forgive(name: string): void {
    const entry = this.attempts.get(name);
    if (entry) entry.failures--;
  }
}
