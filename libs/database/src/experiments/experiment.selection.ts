import { InvalidInput } from '@ratchet/domain';
import { type EntityManager, In } from 'typeorm';
import { DatasetVersion } from '../datasets/dataset-version.entity';
import { Dataset } from '../datasets/dataset.entity';
import { HyperparameterSet } from '../hyperparameter-sets/hyperparameter-set.entity';
import { NetworkVersion } from '../networks/network-version.entity';
import { Network } from '../networks/network.entity';
import { Task } from '../tasks/task.entity';
import { assertNoGateLeak } from './gate.leak';

export interface ExperimentSelection {
  readonly taskId: string;
  readonly datasetVersionIds: readonly string[];
  readonly networkVersionIds: readonly string[];
  readonly hyperparameterSetIds: readonly string[];
}

export interface ResolvedSelection {
  readonly task: Task;
  readonly networks: readonly NetworkVersion[];
  readonly sets: readonly HyperparameterSet[];
}

/**
 * Finds what an experiment names and refuses what it must not train on. Inside a transaction that launches, the
 * selected datasets, networks and sets are locked against deletion until it commits.
 * @throws InvalidInput naming the field, what is wrong with it and the mend
 */
export async function resolveSelection(
  manager: EntityManager,
  selection: ExperimentSelection,
): Promise<ResolvedSelection> {
  const task = await manager.findOneBy(Task, { id: selection.taskId });
  if (!task) throw new InvalidInput('taskId', `there is no task ${selection.taskId}`);

  const versions = await manager.findBy(DatasetVersion, { id: In([...selection.datasetVersionIds]) });
  assertFound('datasetVersionIds', 'dataset version', selection.datasetVersionIds, versions);
  const datasets = await lock(
    manager,
    Dataset,
    versions.map((version) => version.datasetId),
  );
  assertPresent('datasetVersionIds', 'dataset', datasets);
  assertSameClasses(task, versions, datasets);

  const networks = await manager.findBy(NetworkVersion, { id: In([...selection.networkVersionIds]) });
  assertFound('networkVersionIds', 'network version', selection.networkVersionIds, networks);
  assertPresent(
    'networkVersionIds',
    'network',
    await lock(
      manager,
      Network,
      networks.map((n) => n.networkId),
    ),
  );

  const sets = await lock(manager, HyperparameterSet, selection.hyperparameterSetIds);
  assertFound('hyperparameterSetIds', 'hyperparameter set', selection.hyperparameterSetIds, sets);
  assertPresent('hyperparameterSetIds', 'hyperparameter set', sets);

  await assertNoGateLeak(manager, task, versions, datasets);
  return { task, networks, sets };
}

interface Deletable {
  id: string;
  name: string;
  deletedAt: Date | null;
}

const lock = <T extends Deletable>(manager: EntityManager, entity: new () => T, ids: readonly string[]): Promise<T[]> =>
  manager
    .createQueryBuilder(entity, 'row')
    .where('row.id = ANY(:ids)', { ids: [...new Set(ids)] })
    .orderBy('row.id')
    .setLock('pessimistic_read')
    .getMany();

function assertFound(field: string, what: string, ids: readonly string[], found: readonly { id: string }[]): void {
  const missing = ids.filter((id) => !found.some((row) => row.id === id.toLowerCase()));
  if (missing.length) throw new InvalidInput(field, `there is no ${what} ${missing.join(', ')}`, { missing });
}

function assertPresent(field: string, what: string, rows: readonly Deletable[]): void {
  const deleted = rows.filter((row) => row.deletedAt);
  if (deleted.length)
    throw new InvalidInput(
      field,
      `the ${what} ${deleted.map((row) => `'${row.name}'`).join(', ')} was deleted; choose another`,
      { deleted: deleted.map((row) => row.id) },
    );
}

function assertSameClasses(task: Task, versions: readonly DatasetVersion[], datasets: readonly Dataset[]): void {
  for (const version of versions) {
    const same =
      version.classes.length === task.classes.length && version.classes.every((name, i) => name === task.classes[i]);
    if (same) continue;
    const dataset = datasets.find((row) => row.id === version.datasetId);
    throw new InvalidInput(
      'datasetVersionIds',
      `version ${version.version} of '${dataset?.name}' has the classes ${version.classes.join(', ')}; task '${task.name}' has ${task.classes.join(', ')}`,
    );
  }
}
