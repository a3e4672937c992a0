import type { LiveEvent } from '@ratchet/domain';
import type { EntityManager } from 'typeorm';

export const LIVE_CHANNEL = 'ratchet';
/** PostgreSQL takes less than 8000 bytes. */
const MAX_BYTES = 7_999;

/**
 * Tells everyone who listens, when and only when the manager's transaction commits.
 * @throws RangeError for an event of 8000 bytes or more: send ids, not payloads
 */
export async function notifyLive(manager: EntityManager, event: LiveEvent): Promise<void> {
  const payload = JSON.stringify(event);
  const bytes = Buffer.byteLength(payload);
  if (bytes > MAX_BYTES)
    throw new RangeError(`a live event of ${bytes} bytes exceeds ${MAX_BYTES}: send fewer points or only ids`);
  await manager.query('SELECT pg_notify($1, $2)', [LIVE_CHANNEL, payload]);
}
