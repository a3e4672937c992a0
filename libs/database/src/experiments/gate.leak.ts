import { InvalidInput } from '@ratchet/domain';
import type { EntityManager } from 'typeorm';
import type { DatasetVersion } from '../datasets/dataset-version.entity';
import type { Dataset } from '../datasets/dataset.entity';
import type { Task } from '../tasks/task.entity';

interface Leak {
  versionId: string;
  images: number;
  groups: number;
}

/**
 * Nobody trains or tunes on what decides promotions: no image and no group of the task's gate set may be among the
 * train and validation images of a version.
 * @throws InvalidInput saying how many of either are
 */
export async function assertNoGateLeak(
  manager: EntityManager,
  task: Task,
  versions: readonly DatasetVersion[],
  datasets: readonly Dataset[],
): Promise<void> {
  const leaks = (await manager.query(
    `WITH gate AS (
       SELECT sha256, "group" FROM dataset_items WHERE dataset_version_id = $1 AND split = 'gate'
     )
     SELECT dataset_version_id AS "versionId",
            (count(*) FILTER (WHERE sha256 IN (SELECT sha256 FROM gate)))::int AS images,
            (count(DISTINCT "group") FILTER (WHERE "group" IN (SELECT "group" FROM gate)))::int AS groups
       FROM dataset_items
      WHERE dataset_version_id = ANY($2) AND split <> 'gate'
      GROUP BY dataset_version_id`,
    [task.gateDatasetVersionId, versions.map((version) => version.id)],
  )) as Leak[];
  const leak = leaks.find(({ images, groups }) => images > 0 || groups > 0);
  if (!leak) return;
  const version = versions.find((v) => v.id === leak.versionId);
  const dataset = datasets.find((d) => d.id === version?.datasetId);
  throw new InvalidInput(
    'datasetVersionIds',
    `version ${version?.version} of '${dataset?.name}' trains or validates on ${leak.images} images and ${leak.groups} groups of the gate set of task '${task.name}'; choose the version the gate set was taken from, or leave these images out`,
    { images: leak.images, groups: leak.groups, datasetVersionId: leak.versionId },
  );
}
