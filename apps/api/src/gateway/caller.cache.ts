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
import { doubtsCallers, LiveHub } from '../live/live.hub';

/** How long a revoked key may still predict where the notice of its end went astray. */
const FRESH_MS = 10_000;
/** How long a known caller may go on predicting while the database does not answer. */
const STALE_MS = 60 * 60_000;
const MOST_CALLERS = 10_000;

/** What is looked at of a request. */
export type CallingRequest = Pick<IncomingMessage, 'headers' | 'method'>;
/** Who may predict: a user, or a key. */
export type Person = Exclude<Caller, { readonly kind: 'worker' }>;

interface Known {
  readonly caller: Caller;
  readonly at: number;
  readonly doubts: number;
}

/**
 * Who asks for a prediction. A key or session that was just checked is not looked up again for each image, and goes on
 * working while the database is away: serving outlives the control plane.
 */
@Injectable()
export class CallerCache {
  private readonly known = new Map<string, Known>();
  /** How often what is known came into doubt. */
  private doubts = 0;

  constructor(
    @Inject(AuthService) private readonly auth: Pick<AuthService, 'authenticate'>,
    @Inject(LiveHub) live: Pick<LiveHub, 'subscribe'>,
  ) {
    live.subscribe((message) => {
      if (doubtsCallers(message)) this.doubts++;
    });
  }

  /** @throws Unauthenticated, Forbidden, Unavailable */
  async authenticate(request: CallingRequest): Promise<Person> {
    const { authorization } = request.headers;
    const credential = authorization ?? sessionToken(request as Request);
    const key = credential === null ? null : sha256Hex(credential);
    const known = key === null ? undefined : this.known.get(key);
    if (known && this.isFresh(known) && !expired(known.caller)) return admit(known.caller, request);
    const { doubts } = this; // what is revoked while the database answers counts as unasked
    try {
      const caller = await this.auth.authenticate(request as Request);
      if (key !== null) this.remember(key, caller, doubts);
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

  private isFresh({ at, doubts }: Known): boolean {
    return doubts === this.doubts && Date.now() - at < FRESH_MS;
  }

  private remember(key: string, caller: Caller, doubts: number): void {
    this.known.delete(key); // the newest last: the oldest is forgotten first
    this.known.set(key, { caller, at: Date.now(), doubts });
    if (this.known.size > MOST_CALLERS) this.known.delete(this.known.keys().next().value!);
  }
}

const expired = (caller: Caller) => caller.kind === 'user' && caller.expiresAt.getTime() <= Date.now();

function admit(caller: Caller, request: CallingRequest): Person {
  if (caller.kind === 'worker')
    throw new Forbidden('The worker token opens only the internal routes; use an API key here.');
  if (caller.kind === 'user') assertSameOrigin(request as Request);
  return caller;
}
