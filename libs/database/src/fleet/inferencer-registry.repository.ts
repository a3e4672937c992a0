import type { DesiredChallenger, DesiredDeployment, ServedModel } from '@ratchet/domain';
import { NotFound } from '@ratchet/domain';
import type { DataSource, EntityManager } from 'typeorm';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { notifyLive } from '../live/live-notice';
import { Inferencer } from './inferencer.entity';

const fields: ListFields = {
  id: { column: 'inferencer.id', kind: 'uuid' },
  url: { column: 'inferencer.url', kind: 'text', searched: true },
  host: { column: 'inferencer.host', kind: 'text', searched: true },
  draining: { column: 'inferencer.draining', kind: 'boolean' },
  startedAt: { column: 'inferencer.startedAt', kind: 'time' },
  lastHeartbeatAt: { column: 'inferencer.lastHeartbeatAt', kind: 'time' },
};

export type InferencerDescription = Omit<Inferencer, 'lastHeartbeatAt' | 'models'> & {
  readonly models: readonly ServedModel[];
};

/** How inferencers say that they are there and what they serve, and what they are told to serve. */
export class InferencerRegistry {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<Inferencer>> {
    return listRows(this.database.createQueryBuilder(Inferencer, 'inferencer'), fields, request);
  }

  async get(id: string): Promise<Inferencer> {
    const found = await this.database.manager.findOneBy(Inferencer, { id });
    if (!found) throw new NotFound('inferencer', id);
    return found;
  }

  /** Those heard of within the last `seconds`. */
  heardWithin(seconds: number): Promise<Inferencer[]> {
    return this.database
      .createQueryBuilder(Inferencer, 'inferencer')
      .where(`inferencer.lastHeartbeatAt > now() - make_interval(secs => :seconds)`, { seconds })
      .getMany();
  }

  /**
   * Notes a heartbeat. Deployments that this inferencer serves since this heartbeat are stamped; listeners are told
   * only of what changed.
   */
  async heartbeat(inferencer: InferencerDescription): Promise<void> {
    await this.database.transaction(async (manager) => {
      const before = await manager.findOne(Inferencer, {
        where: { id: inferencer.id },
        lock: { mode: 'pessimistic_write' },
      });
      const models = inferencer.models.map((model) => ({ ...model }));
      const row = { ...inferencer, models, versions: { ...inferencer.versions }, lastHeartbeatAt: () => 'now()' };
      await manager.upsert(Inferencer, row, ['id']);
      for (const model of newlyServing(before?.models ?? [], models)) await stampServing(manager, model);
      if (!before || isChange(before, inferencer))
        await notifyLive(manager, { type: 'changed', resource: 'inferencers', id: inferencer.id });
    });
  }

  /** Of every task that has a champion and is not unloaded, its deployment, and its challenger if it has one. */
  async desired(): Promise<DesiredDeployment[]> {
    const rows: DesiredRow[] = await this.database.query(`
        SELECT t.id AS "taskId", t.name AS task, p.generation, m.digest, m.bytes, m.classes, m.input,
          CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('challengeId', c.id, 'generation', c.generation,
            'digest', r.digest, 'bytes', r.bytes, 'mode', c.mode, 'percent', c.percent) END AS challenger
        FROM tasks t
        JOIN promotions p ON p.id = t.champion_promotion_id
        JOIN model_versions m ON m.id = t.champion_model_version_id
        LEFT JOIN challenges c ON c.task_id = t.id AND c.ended_at IS NULL
        LEFT JOIN model_versions r ON r.id = c.model_version_id
        WHERE t.served
        ORDER BY t.name`);
    return rows.map(({ challenger, ...row }) => ({
      ...row,
      generation: Number(row.generation),
      bytes: Number(row.bytes),
      ...(challenger && { challenger }),
    }));
  }
}

type DesiredRow = Omit<DesiredDeployment, 'generation' | 'bytes' | 'challenger'> & {
  readonly generation: string;
  readonly bytes: string;
  readonly challenger: DesiredChallenger | null;
};

const serving = (models: readonly ServedModel[]) => models.filter((model) => model.state === 'SERVING');

const newlyServing = (before: readonly ServedModel[], now: readonly ServedModel[]): ServedModel[] =>
  serving(now).filter(
    (model) => !serving(before).some((old) => old.task === model.task && old.generation === model.generation),
  );

const isChange = (before: Inferencer, now: InferencerDescription): boolean =>
  before.url !== now.url ||
  before.draining !== now.draining ||
  before.startedAt.getTime() !== now.startedAt.getTime() ||
  shape(before.models) !== shape(now.models);

const shape = (models: readonly ServedModel[]) =>
  JSON.stringify(
    models.map(({ task, digest, generation, state, error, challenge }) => [
      task,
      digest,
      generation,
      state,
      error,
      challenge?.mode,
      challenge?.percent,
    ]),
  );

async function stampServing(manager: EntityManager, { task, generation, digest }: ServedModel): Promise<void> {
  const [stamped]: [{ id: string }[], number] = await manager.query(
    `UPDATE deployments d SET first_serving_at = COALESCE(d.first_serving_at, now()), last_serving_at = now()
     FROM tasks t, model_versions m
     WHERE t.id = d.task_id AND m.id = d.model_version_id AND t.name = $1 AND d.generation = $2 AND m.digest = $3
     RETURNING d.id`,
    [task, generation, digest],
  );
  for (const { id } of stamped) await notifyLive(manager, { type: 'changed', resource: 'deployments', id });
}
