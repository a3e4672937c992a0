import type { EntityManager } from 'typeorm';
import { notifyLive } from '../live/live-notice';

export const announceImport = (manager: EntityManager, id: string, datasetId: string): Promise<void> =>
  notifyLive(manager, { type: 'import', id, datasetId });

/** Cancels the imports that `where` selects and tells of each. @returns their ids */
export async function announceCancellations(
  manager: EntityManager,
  where: string,
  parameters: readonly unknown[],
): Promise<string[]> {
  const [cancelled] = (await manager.query(
    `UPDATE dataset_imports SET state = 'CANCELLED', cancel_requested = true, finished_at = now()
     WHERE ${where} RETURNING id, dataset_id`,
    [...parameters],
  )) as [{ id: string; dataset_id: string }[], number];
  for (const row of cancelled) await announceImport(manager, row.id, row.dataset_id);
  return cancelled.map((row) => row.id);
}
