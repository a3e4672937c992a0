import { Conflict, type GateImages } from '@ratchet/domain';
import type { EntityManager } from 'typeorm';
import { GatePrediction } from '../models/gate-prediction.entity';
import type { Task } from '../tasks/task.entity';

/** The actual class of every gate image of a task, in manifest order. */
export async function gateLabels(manager: EntityManager, task: Task): Promise<number[]> {
  const rows = (await manager.query(
    `SELECT class FROM dataset_items WHERE dataset_version_id = $1 AND split = 'gate' ORDER BY sha256 COLLATE "C"`,
    [task.gateDatasetVersionId],
  )) as { class: number }[];
  return rows.map((row) => row.class);
}

/** The actual class and the group of every gate image of a task, in manifest order. */
export async function gateImages(manager: EntityManager, task: Task): Promise<GateImages> {
  const rows = (await manager.query(
    `SELECT class, dense_rank() OVER (ORDER BY "group" COLLATE "C")::int - 1 AS "group" FROM dataset_items
      WHERE dataset_version_id = $1 AND split = 'gate' ORDER BY sha256 COLLATE "C"`,
    [task.gateDatasetVersionId],
  )) as { class: number; group: number }[];
  return { labels: rows.map((row) => row.class), groups: rows.map((row) => row.group) };
}

/**
 * What a gated model said of every gate image of the task.
 * @throws Conflict when it was gated on another set
 */
export async function storedPredictions(
  manager: EntityManager,
  task: Task,
  modelVersionId: string,
): Promise<Uint8Array> {
  const stored = await manager.findOneBy(GatePrediction, {
    modelVersionId,
    gateDatasetVersionId: task.gateDatasetVersionId,
  });
  if (!stored)
    throw new Conflict(
      `Model version ${modelVersionId} was not run over the present gate set of task ${task.name}; nothing can be compared with it.`,
      { modelVersionId, gateDatasetVersionId: task.gateDatasetVersionId },
    );
  return stored.predictions;
}
