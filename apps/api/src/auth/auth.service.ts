import { Inject, Injectable } from '@nestjs/common';
import { Unauthenticated } from '@ratchet/domain';
import { ApiKeyRepository, SessionRepository } from '@ratchet/database';
import type { Request } from 'express';
import type { Caller } from '../http/caller';
import { API_CONFIG, type ApiConfig } from '../platform/platform.tokens';
import { assertSameOrigin } from './same.origin';
import { sameSecret, sha256Hex } from './secrets';
import { sessionToken } from './session.cookie';

/** Who is asking? */
@Injectable()
export class AuthService {
  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    private readonly sessions: SessionRepository,
    private readonly apiKeys: ApiKeyRepository,
  ) {}

  /** @throws Unauthenticated with what to do about it; Forbidden for a cookie that another site sent */
  async authenticate(request: Request): Promise<Caller> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.byBearer(authorization);
    const token = sessionToken(request);
    if (!token) throw new Unauthenticated('Sign in, or send an API key as `Authorization: Bearer rk_…`.');
    const found = await this.sessions.find(sha256Hex(token));
    if (!found) throw new Unauthenticated('The session has expired or was ended. Sign in again.');
    assertSameOrigin(request);
    const { user, session } = found;
    return { kind: 'user', id: user.id, name: user.email, role: user.role, expiresAt: session.expiresAt };
  }

  private async byBearer(authorization: string): Promise<Caller> {
    const token = /^Bearer ([\w-]{16,200})$/i.exec(authorization)?.[1];
    if (!token)
      throw new Unauthenticated('The Authorization header must be `Bearer rk_…`, an API key made in the console.');
    if (sameSecret(token, this.config.api.workerToken)) return { kind: 'worker', id: 'worker', name: 'worker' };
    const key = token.startsWith('rk_') ? await this.apiKeys.use(sha256Hex(token)) : null;
    if (!key) throw new Unauthenticated('This API key is unknown or was revoked. Make one in the console.');
    return { kind: 'key', id: key.id, name: key.name, role: key.role };
  }
}
