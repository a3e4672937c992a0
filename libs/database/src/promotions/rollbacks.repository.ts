import { accuracy, Conflict, discordance, gateTest, NotFound } from '@ratchet/domain';
import type { DataSource, EntityManager } from 'typeorm';
import { In } from 'typeorm';
import { ModelVersion } from '../models/model-version.entity';
import type { Task } from '../tasks/task.entity';
import { enthrone, lockTask } from './champion';
import { gateImages, storedPredictions } from './gate-set';
import { Promotion } from './promotion.entity';

export interface RollbackOrder {
  readonly taskId: string;
  /** Where to; the model that the champion replaced when left out. */
  readonly modelVersionId?: string;
  readonly actor: string;
  readonly reason: string;
}

/** The one way a champion may become worse: by hand, audited, and only to a model that has served before. */
export class Rollbacks {
  constructor(private readonly database: DataSource) {}

  /**
   * Deploys an earlier champion under a new generation. The model it replaces is not promoted again by itself: it
   * would have to win at the gate once more.
   * @throws NotFound, and Conflict when there is no champion, nothing before it, or the target never served
   */
  async rollBack({ taskId, modelVersionId, actor, reason }: RollbackOrder): Promise<Promotion> {
    return this.database.transaction(async (manager) => {
      const task = await lockTask(manager, taskId);
      const current = task.championModelVersionId;
      if (!current) throw new Conflict(`Task ${task.name} has no champion yet; there is nothing to roll back.`);
      const target = modelVersionId ?? (await replacedBy(manager, task, current));
      if (target === current)
        throw new Conflict(`Model version ${target} is the champion of task ${task.name} already.`);
      const model = await manager.findOneBy(ModelVersion, { id: target, taskId });
      if (!model) throw new NotFound('model version', target);
      const served = await lastReign(manager, task, target);
      if (!served)
        throw new Conflict(`Model version ${target} has never served task ${task.name}; choose one that has.`);

      const images = await gateImages(manager, task);
      const { labels } = images;
      const predictions = await storedPredictions(manager, task, target);
      const champion = await storedPredictions(manager, task, current);
      const against = discordance(predictions, champion, labels);
      return enthrone(
        manager,
        task,
        model,
        {
          ...against,
          outcome: 'rolled-back',
          reason,
          gateAccuracy: accuracy(predictions, labels),
          againstAccuracy: accuracy(champion, labels),
          ...gateTest(predictions, champion, images),
          state: served.state,
          againstId: current,
          gateImages: labels.length,
          query: task.gateQueries,
          latencyMs: served.latencyMs,
          actor,
        },
        { actor, reason: 'rollback' },
      );
    });
  }
}

/** The newest decision that made `modelVersionId` the champion. */
const lastReign = (manager: EntityManager, task: Task, modelVersionId: string): Promise<Promotion | null> =>
  manager.findOne(Promotion, {
    where: { taskId: task.id, modelVersionId, outcome: In(['promoted', 'rolled-back']) },
    order: { generation: 'DESC' },
  });

/** Whom the champion replaced when it won at the gate, so that one rollback after another goes further back. */
async function replacedBy(manager: EntityManager, task: Task, champion: string): Promise<string> {
  const won = await manager.findOne(Promotion, {
    where: { taskId: task.id, modelVersionId: champion, outcome: 'promoted' },
    order: { generation: 'DESC' },
  });
  if (!won?.againstId)
    throw new Conflict(`The champion of task ${task.name} is its first; there is no earlier one to roll back to.`);
  return won.againstId;
}
