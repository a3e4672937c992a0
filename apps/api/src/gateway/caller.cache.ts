import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { isUnreachable } from '@ratchet/database';
import { Forbidden, Unavailable } from '@ratchet/domain';
import type { Request } from 'express';
import { AuthService } from '../auth/auth.service';
import { assertSameOrigin } from '../auth/same.origin';
import { sha256Hex } from '../auth/secrets';
import { sessionToken } from '../auth/session.cookie';
import type { Caller } from '../http/caller';

/** How long a revoked key may still predict. */
const FRESH_MS = 10_000;
/** How long a known caller may go on predicting while the database does not answer. */
const STALE_MS = 60 * 60_000;
const MOST_CALLERS = 10_000;

interface Known {
  readonly caller: Caller;
  readonly at: number;
}

/**
 * Who asks for a prediction. A key or session that was just checked is not looked up again for each image, and goes on
 * working while the database is away: serving outlives the control plane.
 */
@Injectable()
export class CallerCache {
  private readonly known = new Map<string, Known>();

  constructor(@Inject(AuthService) private readonly auth: Pick<AuthService, 'authenticate'>) {}

  /** @throws Unauthenticated, Forbidden, Unavailable */
  async authenticate(request: IncomingMessage): Promise<Caller> {
    const { authorization } = request.headers;
    const credential = authorization ?? sessionToken(request as Request);
    const key = credential === null ? null : sha256Hex(credential);
    const known = key === null ? undefined : this.known.get(key);
    if (known && Date.now() - known.at < FRESH_MS && !expired(known.caller)) return admit(known.caller, request);
    try {
      const caller = await this.auth.authenticate(request as Request);
      if (key !== null) this.remember(key, caller);
      return admit(caller, request);
    } catch (error) {
      if (!isUnreachable(error)) {
        if (key !== null) this.known.delete(key);
        throw error;
      }
      if (known && Date.now() - known.at < STALE_MS && !expired(known.caller)) return admit(known.caller, request);
      throw new Unavailable('PostgreSQL', 'Callers it does not know yet cannot be checked. Try again shortly.');
    }
  }

  private remember(key: string, caller: Caller): void {
    this.known.delete(key); // the newest last: the oldest is forgotten first
    this.known.set(key, { caller, at: Date.now() });
    if (this.known.size > MOST_CALLERS) this.known.delete(this.known.keys().next().value!);
  }
}

const expired = (caller: Caller) => caller.kind === 'user' && caller.expiresAt.getTime() <= Date.now();

function admit(caller: Caller, request: IncomingMessage): Caller {
  if (caller.kind === 'worker')
    throw new Forbidden('The worker token opens only the internal routes; use an API key here.');
  if (caller.kind === 'user') assertSameOrigin(request as Request);
  return caller;
}
