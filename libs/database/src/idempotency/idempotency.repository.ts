import type { DataSource } from 'typeorm';

export interface IdempotentCall {
  readonly caller: string;
  readonly key: string;
  readonly route: string;
  readonly requestDigest: string;
}

export type IdempotencyClaim =
  /** The call is the caller's to make. */
  | { readonly kind: 'fresh' }
  | { readonly kind: 'running' }
  /** The first call's process ended before it answered; nobody knows whether it took effect. */
  | { readonly kind: 'lost' }
  /** The key was used for something else. */
  | { readonly kind: 'different' }
  | { readonly kind: 'answered'; readonly status: number; readonly response: unknown };

/** A call that has not answered after so long died with its process. */
const abandonedAfter = '1 minute';
const keptFor = '24 hours';

export class IdempotencyRepository {
  constructor(private readonly database: DataSource) {}

  /** Of concurrent calls under one key one is `fresh`. */
  async claim(call: IdempotentCall): Promise<IdempotencyClaim> {
    const { caller, key, route, requestDigest } = call;
    await this.database.query(`DELETE FROM idempotency_keys WHERE created_at < now() - interval '${keptFor}'`);
    const [claimed] = (await this.database.query(
      `INSERT INTO idempotency_keys (caller, key, route, request_digest) VALUES ($1, $2, $3, $4)
       ON CONFLICT (caller, key) DO NOTHING
       RETURNING key`,
      [caller, key, route, requestDigest],
    )) as { key: string }[];
    if (claimed) return { kind: 'fresh' };
    const [held] = (await this.database.query(
      `SELECT route, request_digest AS digest, status, response, created_at < now() - interval '${abandonedAfter}' AS old
       FROM idempotency_keys WHERE caller = $1 AND key = $2`,
      [caller, key],
    )) as { route: string; digest: string; status: number | null; response: unknown; old: boolean }[];
    if (!held) return this.claim(call);
    if (held.route !== route || held.digest !== requestDigest) return { kind: 'different' };
    return held.status === null
      ? { kind: held.old ? 'lost' : 'running' }
      : { kind: 'answered', status: held.status, response: held.response };
  }

  async answer({ caller, key }: IdempotentCall, status: number, response: unknown): Promise<void> {
    await this.database.query('UPDATE idempotency_keys SET status = $3, response = $4 WHERE caller = $1 AND key = $2', [
      caller,
      key,
      status,
      JSON.stringify(response ?? null),
    ]);
  }

  /** The call failed and created nothing: the key is free again. */
  async release({ caller, key }: IdempotentCall): Promise<void> {
    await this.database.query('DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND status IS NULL', [
      caller,
      key,
    ]);
  }
}
