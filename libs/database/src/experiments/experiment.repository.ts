import { NotFound, type TrialState } from '@ratchet/domain';
import type { DataSource, EntityManager } from 'typeorm';
import { recordAudit } from '../audit/audit.repository';
import { newId } from '../columns';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { notifyLive } from '../live/live-notice';
import { cancelTrial, retryTrial } from '../trials/trial-orders';
import { type Cell, cellsOf } from './experiment.cells';
import type { Task } from '../tasks/task.entity';
import { Experiment } from './experiment.entity';
import { type ExperimentSelection, type ResolvedSelection, resolveSelection } from './experiment.selection';

const fields: ListFields = {
  id: { column: 'experiment.id', kind: 'uuid' },
  name: { column: 'experiment.name', kind: 'text', searched: true },
  taskId: { column: 'experiment.taskId', kind: 'uuid' },
  taskName: { column: 'task.name', kind: 'text', searched: true },
  createdAt: { column: 'experiment.createdAt', kind: 'time' },
};

export interface ExperimentSummary {
  readonly counts: Partial<Record<TrialState, number>>;
  readonly bestTrialId: string | null;
  readonly bestValidationAccuracy: number | null;
}
export type SummedExperiment = Experiment & ExperimentSummary & { readonly task: Task };

export interface Launch {
  readonly experimentId: string;
  /** Trials to ring for, now that they are committed. */
  readonly trialIds: readonly string[];
}

const chunk = 500;

export class ExperimentRepository {
  constructor(private readonly database: DataSource) {}

  async list(request: ListRequest): Promise<Page<SummedExperiment>> {
    const query = this.database
      .createQueryBuilder(Experiment, 'experiment')
      .innerJoinAndSelect('experiment.task', 'task');
    const { rows, total } = await listRows(query, fields, request);
    return { rows: await this.summed(rows), total };
  }

  async get(id: string): Promise<SummedExperiment> {
    const found = await this.database.manager.findOne(Experiment, { where: { id }, relations: { task: true } });
    if (!found) throw new NotFound('experiment', id);
    return (await this.summed([found]))[0];
  }

  /** What the selection stands for. @throws InvalidInput as a launch would */
  async resolve(selection: ExperimentSelection): Promise<ResolvedSelection> {
    return this.database.transaction((manager) => resolveSelection(manager, selection));
  }

  /** Writes an experiment and all its trials in one transaction. */
  async launch(name: string, selection: ExperimentSelection, actor: string): Promise<Launch> {
    return this.database.transaction(async (manager) => {
      const { sets } = await resolveSelection(manager, selection);
      const id = newId();
      await manager.insert(Experiment, {
        id,
        name,
        taskId: selection.taskId,
        datasetVersionIds: [...selection.datasetVersionIds],
        networkVersionIds: [...selection.networkVersionIds],
        hyperparameterSetIds: [...selection.hyperparameterSetIds],
        createdBy: actor,
      });
      const cells = cellsOf(
        selection.datasetVersionIds,
        selection.networkVersionIds,
        sets.map((set) => set.grid),
      );
      const trialIds = await insertMissing(manager, id, selection.taskId, cells);
      await recordAudit(manager, {
        actor,
        action: 'experiments.launch',
        resource: 'experiments',
        resourceId: id,
        detail: { name, trials: trialIds.length },
      });
      await notifyLive(manager, { type: 'changed', resource: 'experiments', id });
      return { experimentId: id, trialIds };
    });
  }

  /** Adds the cells that have no trial, and queues again those whose trial failed or was cancelled. */
  async runMissing(id: string, actor: string): Promise<Launch> {
    return this.database.transaction(async (manager) => {
      const experiment = await lockExperiment(manager, id);
      const { sets } = await resolveSelection(manager, experiment);
      const { datasetVersionIds, networkVersionIds, taskId } = experiment;
      const cells = cellsOf(
        datasetVersionIds,
        networkVersionIds,
        sets.map((set) => set.grid),
      );
      const added = await insertMissing(manager, id, taskId, cells);
      const ended = await trialsIn(manager, id, ['FAILED', 'CANCELLED']);
      for (const trialId of ended) await retryTrial(manager, trialId);
      await recordAudit(manager, {
        actor,
        action: 'experiments.run-missing',
        resource: 'experiments',
        resourceId: id,
        detail: { added: added.length, retried: ended.length },
      });
      await notifyLive(manager, { type: 'changed', resource: 'experiments', id });
      return { experimentId: id, trialIds: [...added, ...ended] };
    });
  }

  /** Ends what waits and asks what runs to stop. @returns how many trials that were */
  async cancel(id: string, actor: string): Promise<number> {
    return this.database.transaction(async (manager) => {
      await lockExperiment(manager, id);
      const open = await trialsIn(manager, id, ['QUEUED', 'RUNNING', 'LOST']);
      for (const trialId of open) await cancelTrial(manager, trialId);
      await recordAudit(manager, {
        actor,
        action: 'experiments.cancel',
        resource: 'experiments',
        resourceId: id,
        detail: { trials: open.length },
      });
      return open.length;
    });
  }

  private async summed(experiments: Experiment[]): Promise<SummedExperiment[]> {
    const ids = experiments.map((experiment) => experiment.id);
    const counts = (await this.database.query(
      `SELECT experiment_id AS id, state, count(*)::int AS count FROM trials
        WHERE experiment_id = ANY($1) GROUP BY experiment_id, state`,
      [ids],
    )) as { id: string; state: TrialState; count: number }[];
    const best = (await this.database.query(
      `SELECT DISTINCT ON (experiment_id) experiment_id AS id, id AS "trialId", best_validation_accuracy AS accuracy
         FROM trials WHERE experiment_id = ANY($1) AND best_validation_accuracy IS NOT NULL
        ORDER BY experiment_id, best_validation_accuracy DESC, id`,
      [ids],
    )) as { id: string; trialId: string; accuracy: number }[];
    return experiments.map((experiment) => {
      const top = best.find((row) => row.id === experiment.id);
      const own = counts.filter((row) => row.id === experiment.id);
      return Object.assign(experiment as Experiment & { task: Task }, {
        counts: Object.fromEntries(own.map((row) => [row.state, row.count])) as ExperimentSummary['counts'],
        bestTrialId: top?.trialId ?? null,
        bestValidationAccuracy: top?.accuracy ?? null,
      });
    });
  }
}

async function lockExperiment(manager: EntityManager, id: string): Promise<Experiment> {
  const experiment = await manager.findOne(Experiment, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!experiment) throw new NotFound('experiment', id);
  return experiment;
}

async function trialsIn(manager: EntityManager, experimentId: string, states: TrialState[]): Promise<string[]> {
  const rows = (await manager.query(
    'SELECT id FROM trials WHERE experiment_id = $1 AND state = ANY($2) ORDER BY id FOR UPDATE',
    [experimentId, states],
  )) as { id: string }[];
  return rows.map((row) => row.id);
}

/** The unique key decides which cells are missing, whoever else launches at the same time. */
async function insertMissing(
  manager: EntityManager,
  experimentId: string,
  taskId: string,
  cells: readonly Cell[],
): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < cells.length; from += chunk) {
    const rows = cells.slice(from, from + chunk).map((cell) => ({ id: newId(), ...cell }));
    const inserted = (await manager.query(
      `INSERT INTO trials (id, experiment_id, task_id, dataset_version_id, network_version_id,
                           hyperparameters, hyperparameters_digest, seed)
       SELECT id, $1, $2, "datasetVersionId", "networkVersionId", hyperparameters, "hyperparametersDigest", seed
         FROM jsonb_to_recordset($3::jsonb) AS cell(id uuid, "datasetVersionId" uuid, "networkVersionId" uuid,
              hyperparameters jsonb, "hyperparametersDigest" text, seed int)
       ON CONFLICT ON CONSTRAINT trials_cell_key DO NOTHING
       RETURNING id`,
      [experimentId, taskId, JSON.stringify(rows)],
    )) as { id: string }[];
    ids.push(...inserted.map((row) => row.id));
  }
  return ids;
}
