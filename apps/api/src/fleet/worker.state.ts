import type { workerStates } from '@ratchet/contracts';

/** Workers beat every two seconds: five missed beats mean that one is gone. */
export const SILENT_AFTER_MS = 10_000;

/** What a worker's last heartbeat tells about it now. */
export function workerState(
  worker: { readonly draining: boolean; readonly lastHeartbeatAt: Date },
  now = Date.now(),
): (typeof workerStates)[number] {
  if (now - worker.lastHeartbeatAt.getTime() > SILENT_AFTER_MS) return 'OFFLINE';
  return worker.draining ? 'DRAINING' : 'ONLINE';
}
