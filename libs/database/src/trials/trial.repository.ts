import { type MetricName, type MetricPoint, NotFound, type TrialState } from '@ratchet/domain';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { cancelTrial, retryTrial } from './trial-orders';
import { Trial } from './trial.entity';

const fields: ListFields = {
  id: { column: 'trial.id', kind: 'uuid' },
  experimentId: { column: 'trial.experimentId', kind: 'uuid' },
  taskId: { column: 'trial.taskId', kind: 'uuid' },
  datasetVersionId: { column: 'trial.datasetVersionId', kind: 'uuid' },
  networkVersionId: { column: 'trial.networkVersionId', kind: 'uuid' },
  networkName: { column: 'network.name', kind: 'text', searched: true },
  seed: { column: 'trial.seed', kind: 'number' },
  state: { column: 'trial.state', kind: 'text' },
  attempt: { column: 'trial.attempt', kind: 'number' },
  trainerId: { column: 'trial.trainerId', kind: 'uuid' },
  device: { column: 'trial.device', kind: 'text' },
  step: { column: 'trial.step', kind: 'number' },
  epoch: { column: 'trial.epoch', kind: 'number' },
  bestValidationAccuracy: { column: 'trial.bestValidationAccuracy', kind: 'number' },
  bestEpoch: { column: 'trial.bestEpoch', kind: 'number' },
  queuedAt: { column: 'trial.queuedAt', kind: 'time' },
  startedAt: { column: 'trial.startedAt', kind: 'time' },
  finishedAt: { column: 'trial.finishedAt', kind: 'time' },
};

export type TrialPoint = MetricPoint & { readonly trialId: string };

export interface Curve {
  readonly trialId: string;
  readonly name: MetricName;
  readonly steps: number[];
  readonly values: number[];
}

/** What people see of trials and may ask of them. Trainers have repositories of their own. */
export class TrialRepository {
  constructor(private readonly database: DataSource) {}

  /** With `networkVersion.network`. */
  list(request: ListRequest): Promise<Page<Trial>> {
    return listRows(this.query(), fields, request);
  }

  async get(id: string): Promise<Trial> {
    const trial = await this.query().where({ id }).getOne();
    if (!trial) throw new NotFound('trial', id);
    return trial;
  }

  /** @throws Conflict when it has ended */
  cancel(id: string): Promise<TrialState> {
    return this.database.transaction((manager) => cancelTrial(manager, id));
  }

  /** @throws Conflict unless it failed or was cancelled */
  retry(id: string): Promise<void> {
    return this.database.transaction((manager) => retryTrial(manager, id));
  }

  /** Points of one trial by name and step, at most `points` of each metric, spread evenly; the first and last are always there. */
  async metrics(trialId: string, name: MetricName | null, points: number): Promise<TrialPoint[]> {
    return this.thinned('m.trial_id = $2 AND ($3::text IS NULL OR m.name = $3)', points, [trialId, name]);
  }

  /** One curve for each trial of an experiment that has points of that name. */
  async curves(experimentId: string, name: MetricName, points: number): Promise<Curve[]> {
    const rows = await this.thinned(
      'm.trial_id IN (SELECT id FROM trials WHERE experiment_id = $2) AND m.name = $3',
      points,
      [experimentId, name],
    );
    const curves = new Map<string, Curve>();
    for (const { trialId, step, value } of rows) {
      const curve = curves.get(trialId) ?? { trialId, name, steps: [], values: [] };
      curve.steps.push(step);
      curve.values.push(value);
      curves.set(trialId, curve);
    }
    return [...curves.values()];
  }

  private thinned(where: string, points: number, parameters: unknown[]): Promise<TrialPoint[]> {
    return this.database.query(
      `SELECT "trialId", name, step, value FROM (
         SELECT m.trial_id AS "trialId", m.name, m.step, m.value,
                row_number() OVER curve AS n, count(*) OVER (PARTITION BY m.trial_id, m.name) AS total
           FROM metrics m WHERE ${where}
         WINDOW curve AS (PARTITION BY m.trial_id, m.name ORDER BY m.step)
       ) AS numbered
       WHERE n = 1 OR floor(n * ($1::int - 1)::float8 / total) > floor((n - 1) * ($1::int - 1)::float8 / total)
       ORDER BY "trialId", name, step`,
      [points, ...parameters],
    );
  }

  private query(): SelectQueryBuilder<Trial> {
    return this.database
      .createQueryBuilder(Trial, 'trial')
      .innerJoinAndSelect('trial.networkVersion', 'version')
      .innerJoinAndSelect('version.network', 'network');
  }
}
