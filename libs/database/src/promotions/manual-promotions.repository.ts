import { Conflict, judge, NotFound } from '@ratchet/domain';
import type { DataSource } from 'typeorm';
import { ModelVersion } from '../models/model-version.entity';
import { enthrone, lockTask } from './champion';
import { gateImages, storedPredictions } from './gate-set';
import { Promotion } from './promotion.entity';

export interface PromotionOrder {
  readonly taskId: string;
  readonly modelVersionId: string;
  readonly actor: string;
  readonly reason: string;
}

/** Promotions by hand: a person stands in for the task's policy, not for its vetoes or for being better. */
export class ManualPromotions {
  constructor(private readonly database: DataSource) {}

  /**
   * Judges a model that the gate has seen against the champion of this moment, from the stored predictions of both, and
   * makes it the champion. It counts as a gate query, for the gate set is looked at once more.
   * @throws NotFound, and Conflict when it is the champion, is not better, or something vetoes it
   */
  async promote({ taskId, modelVersionId, actor, reason }: PromotionOrder): Promise<Promotion> {
    return this.database.transaction(async (manager) => {
      const task = await lockTask(manager, taskId);
      const current = task.championModelVersionId;
      const model = await manager.findOneBy(ModelVersion, { id: modelVersionId, taskId });
      if (!model) throw new NotFound('model version', modelVersionId);
      if (model.id === current)
        throw new Conflict(`Model version ${model.id} is the champion of task ${task.name} already.`);

      const images = await gateImages(manager, task);
      const { latencyMs } = await manager.findOneOrFail(Promotion, {
        where: { taskId, modelVersionId },
        order: { createdAt: 'DESC' },
      });
      const query = task.gateQueries + 1;
      const verdict = judge(
        { ...task, policy: 'every-improvement' },
        images,
        {
          predictions: await storedPredictions(manager, task, model.id),
          latencyMs,
          maxAbsDifference: model.maxAbsDifference,
        },
        current ? await storedPredictions(manager, task, current) : null,
        query,
      );
      if (verdict.outcome !== 'promoted')
        throw new Conflict(
          `Version ${model.version} of task ${task.name} cannot be promoted. ${verdict.reason} An earlier champion is brought back by a rollback.`,
        );
      return enthrone(
        manager,
        task,
        model,
        {
          ...verdict,
          reason: `${verdict.reason} Promoted by hand: ${reason}`,
          againstId: current,
          gateImages: images.labels.length,
          query,
          latencyMs,
          actor,
        },
        { actor, reason: 'promotion' },
      );
    });
  }
}
