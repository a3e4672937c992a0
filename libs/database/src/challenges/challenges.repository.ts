import { type ChallengeFigures, type ChallengeTerms, Conflict, NotFound, sumFigures } from '@ratchet/domain';
import type { DataSource, EntityManager, SelectQueryBuilder } from 'typeorm';
import { recordAudit } from '../audit/audit.repository';
import { newId } from '../columns';
import { Deployment } from '../deployments/deployment.entity';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { notifyLive } from '../live/live-notice';
import { ModelVersion } from '../models/model-version.entity';
import { lockTask } from '../promotions/champion';
import { Task } from '../tasks/task.entity';
import { ChallengeReport } from './challenge-report.entity';
import { Challenge } from './challenge.entity';
import { beginChallenge, endChallenge, openChallenge } from './challenge.order';

const fields: ListFields = {
  id: { column: 'challenge.id', kind: 'uuid' },
  taskId: { column: 'challenge.taskId', kind: 'uuid' },
  modelVersionId: { column: 'challenge.modelVersionId', kind: 'uuid' },
  againstId: { column: 'challenge.againstId', kind: 'uuid' },
  mode: { column: 'challenge.mode', kind: 'text' },
  generation: { column: 'challenge.generation', kind: 'number' },
  createdAt: { column: 'challenge.createdAt', kind: 'time' },
  endedAt: { column: 'challenge.endedAt', kind: 'time' },
};

export interface ChallengeOrder extends ChallengeTerms {
  readonly taskId: string;
  readonly modelVersionId: string;
  readonly actor: string;
}

/** A challenge with its model and what all inferencers saw of it. */
export interface CountedChallenge {
  readonly challenge: Challenge & { readonly modelVersion: ModelVersion };
  readonly figures: ChallengeFigures;
}

/** Models on trial: canaries and shadows. */
export class Challenges {
  constructor(private readonly database: DataSource) {}

  async list(request: ListRequest): Promise<Page<CountedChallenge>> {
    const { rows, total } = await listRows(this.query(), fields, request);
    return { rows: await this.counted(rows), total };
  }

  async get(id: string): Promise<CountedChallenge> {
    const challenge = await this.query().where({ id }).getOne();
    if (!challenge) throw new NotFound('challenge', id);
    return (await this.counted([challenge]))[0];
  }

  /**
   * Lets a model challenge the champion, instead of the one that does so now. Another share of the same challenge goes
   * on counting; anything else begins anew.
   * @throws NotFound for a task or a model it does not have; Conflict when there is no champion, or the model is it
   */
  async start({ taskId, modelVersionId, mode, percent, actor }: ChallengeOrder): Promise<CountedChallenge> {
    const id = await this.database.transaction(async (manager) => {
      const task = await lockTask(manager, taskId);
      const againstId = task.championModelVersionId;
      if (!againstId) throw new Conflict(`Task ${task.name} has no champion yet; there is nobody to challenge.`);
      const model = await manager.findOneBy(ModelVersion, { id: modelVersionId, taskId });
      if (!model) throw new NotFound('model version', modelVersionId);
      if (model.id === againstId)
        throw new Conflict(`Model version ${model.version} is the champion of task ${task.name}; choose another one.`);
      const open = await openChallenge(manager, taskId);
      const same = open?.modelVersionId === model.id && open.mode === mode;
      if (same) await manager.update(Challenge, open.id, { percent });
      else if (open) await endChallenge(manager, open, 'replaced');
      const generation = open?.modelVersionId === model.id ? open.generation : await deploy(manager, task, model);
      const challenge = same
        ? open
        : await beginChallenge(manager, {
            taskId,
            modelVersionId,
            againstId,
            generation,
            mode,
            percent,
            startedBy: actor,
          });
      await announce(manager, task, challenge.id, model.digest, generation);
      const detail = { task: task.name, challengeId: challenge.id, version: model.version, generation, mode, percent };
      await recordAudit(manager, { actor, action: 'challenge', resource: 'tasks', resourceId: taskId, detail });
      return challenge.id;
    });
    return this.get(id);
  }

  /** The champion answers everything again. @throws NotFound when there is no task, or no challenge of it */
  async stop(taskId: string, actor: string): Promise<CountedChallenge> {
    const id = await this.database.transaction(async (manager) => {
      const task = await lockTask(manager, taskId);
      const open = await openChallenge(manager, taskId);
      if (!open) throw new NotFound('challenge of task', task.name);
      await endChallenge(manager, open, 'stopped');
      const model = await manager.findOneByOrFail(ModelVersion, { id: open.modelVersionId });
      await announce(manager, task, open.id, model.digest, open.generation);
      const detail = { task: task.name, challengeId: open.id, version: model.version };
      await recordAudit(manager, { actor, action: 'challenge.stop', resource: 'tasks', resourceId: taskId, detail });
      return open.id;
    });
    return this.get(id);
  }

  /** Takes what an inferencer counted since it started. Challenges that nobody knows are left out. */
  async report(
    inferencerId: string,
    startedAt: Date,
    reports: readonly { readonly id: string; readonly figures: ChallengeFigures }[],
  ): Promise<void> {
    if (reports.length === 0) return;
    await this.database.query(
      `INSERT INTO challenge_reports (challenge_id, inferencer_id, started_at, figures)
       SELECT c.id, $1, $2, r.figures FROM jsonb_to_recordset($3::jsonb) AS r (id uuid, figures jsonb)
         JOIN challenges c ON c.id = r.id
       ON CONFLICT (challenge_id, inferencer_id, started_at)
         DO UPDATE SET figures = excluded.figures, reported_at = now()`,
      [inferencerId, startedAt, JSON.stringify(reports)],
    );
  }

  private async counted(challenges: Challenge[]): Promise<CountedChallenge[]> {
    const ids = challenges.map((challenge) => challenge.id);
    const reports = ids.length
      ? await this.database
          .createQueryBuilder(ChallengeReport, 'report')
          .where('report.challengeId = ANY(:ids)', { ids })
          .getMany()
      : [];
    return challenges.map((challenge) => ({
      challenge: challenge as CountedChallenge['challenge'],
      figures: sumFigures(reports.filter((r) => r.challengeId === challenge.id).map((r) => r.figures)),
    }));
  }

  private query(): SelectQueryBuilder<Challenge> {
    return this.database
      .createQueryBuilder(Challenge, 'challenge')
      .innerJoinAndSelect('challenge.modelVersion', 'model');
  }
}

/** The task's next generation, for the challenger. */
async function deploy(manager: EntityManager, task: Task, { id }: ModelVersion): Promise<number> {
  const generation = task.generation + 1;
  await manager.insert(Deployment, {
    id: newId(),
    taskId: task.id,
    generation,
    modelVersionId: id,
    promotionId: null,
    reason: 'challenge',
  });
  await manager.update(Task, task.id, { generation });
  return generation;
}

/** The first makes inferencers ask for their orders. */
async function announce(
  manager: EntityManager,
  task: Task,
  id: string,
  digest: string,
  generation: number,
): Promise<void> {
  await notifyLive(manager, { type: 'deployment', taskId: task.id, generation, digest });
  await notifyLive(manager, { type: 'changed', resource: 'challenges', id });
  await notifyLive(manager, { type: 'changed', resource: 'tasks', id: task.id });
}
