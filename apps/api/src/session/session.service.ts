import { Inject, Injectable } from '@nestjs/common';
import { Unauthenticated } from '@ratchet/domain';
import type { SessionView } from '@ratchet/contracts';
import { SessionRepository, type User, UserRepository } from '@ratchet/database';
import { AttemptLimiter } from '../auth/attempt.limiter';
import { decoyHash, passwordMatches } from '../auth/password';
import { newSecret, sha256Hex } from '../auth/secrets';
import { API_CONFIG, type ApiConfig } from '../platform/platform.tokens';

@Injectable()
export class SessionService {
  /** Ten wrong passwords lock the account for that address alone, so that a stranger locks nobody else out of it. */
  private readonly perPair = new AttemptLimiter(10);
  private readonly perAddress = new AttemptLimiter(50);
  private readonly perAccount = new AttemptLimiter(200);

  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    private readonly users: UserRepository,
    private readonly sessions: SessionRepository,
  ) {}

  /** @throws Unauthenticated without saying which of the two was wrong; TooManyRequests */
  async signIn(email: string, password: string, address: string): Promise<{ token: string; session: SessionView }> {
    const account = email.toLowerCase();
    const pair = `${address} ${account}`;
    this.perPair.begin(pair);
    this.perAddress.begin(address);
    this.perAccount.begin(account);
    const user = await this.users.findByEmail(account);
    const matches = await passwordMatches(password, user?.passwordHash ?? (await decoyHash()));
    if (!user || !matches || user.disabled) throw new Unauthenticated('The e-mail address or the password is wrong.');
    this.perPair.succeed(pair);
    this.perAddress.forgive(address);
    this.perAccount.forgive(account);
    const token = newSecret();
    const expiresAt = new Date(Date.now() + this.config.api.sessionHours * 3_600_000);
    await this.sessions.create({ tokenSha256: sha256Hex(token), userId: user.id, expiresAt });
    return { token, session: viewOf(user, expiresAt) };
  }

  async current(userId: string, expiresAt: Date): Promise<SessionView> {
    return viewOf(await this.users.get(userId), expiresAt);
  }

  end(token: string): Promise<void> {
    return this.sessions.end(sha256Hex(token));
  }
}

const viewOf = (user: User, expiresAt: Date): SessionView => ({
  userId: user.id,
  email: user.email,
  name: user.name,
  role: user.role,
  expiresAt: expiresAt.toISOString(),
});
