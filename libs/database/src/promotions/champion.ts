import { NotFound, type GateVerdict } from '@ratchet/domain';
import type { EntityManager } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity';
import { challengeNewChampion } from '../challenges/challenge.order';
import { newId } from '../columns';
import { Deployment, type deploymentReasons } from '../deployments/deployment.entity';
import { notifyLive } from '../live/live-notice';
import type { ModelVersion } from '../models/model-version.entity';
import { Task } from '../tasks/task.entity';
import { Promotion } from './promotion.entity';

/** The row lock under which champions change, and under which nothing they are compared with can. @throws NotFound */
export async function lockTask(manager: EntityManager, taskId: string): Promise<Task> {
  const task = await manager.findOne(Task, { where: { id: taskId }, lock: { mode: 'pessimistic_write' } });
  if (!task) throw new NotFound('task', taskId);
  return task;
}

/** Everything but the generation, which a deployment gives. */
export type Decision = Omit<GateVerdict, 'outcome'> &
  Pick<Promotion, 'outcome' | 'againstId' | 'gateImages' | 'query' | 'latencyMs' | 'actor'>;

/** Writes a decision that leaves the champion as it is, and how often the gate set has been looked at by now. */
export async function recordDecision(
  manager: EntityManager,
  task: Task,
  model: ModelVersion,
  decision: Decision,
  generation: number | null = null,
): Promise<Promotion> {
  const promotion = manager.create(Promotion, {
    id: newId(),
    taskId: task.id,
    modelVersionId: model.id,
    gateEpoch: task.gateEpoch,
    ...decision,
    generation,
  });
  await manager.save(promotion);
  await manager.update(Task, task.id, { gateQueries: decision.query });
  await notifyLive(manager, {
    type: 'promotion',
    id: promotion.id,
    taskId: task.id,
    modelId: model.id,
    outcome: promotion.outcome,
  });
  return promotion;
}

/**
 * Makes a model the champion: the decision, the next generation of the task's deployment, the task's pointers, its
 * challenge, the audit event and the notices, all in the caller's transaction, which holds the task's row lock.
 */
export async function enthrone(
  manager: EntityManager,
  task: Task,
  model: ModelVersion,
  decision: Decision,
  by: { readonly actor: string; readonly reason: Exclude<(typeof deploymentReasons)[number], 'challenge'> },
): Promise<Promotion> {
  const generation = task.generation + 1;
  const promotion = await recordDecision(manager, task, model, decision, generation);
  await manager.insert(Deployment, {
    id: newId(),
    taskId: task.id,
    generation,
    modelVersionId: model.id,
    promotionId: promotion.id,
    reason: by.reason,
  });
  await manager.update(Task, task.id, {
    generation,
    championModelVersionId: model.id,
    championPromotionId: promotion.id,
  });
  await challengeNewChampion(manager, task.id, model.id);
  await manager.save(
    manager.create(AuditEvent, {
      id: newId(),
      actor: by.actor,
      action: by.reason === 'promotion' ? 'promote' : 'rollback',
      resource: 'tasks',
      resourceId: task.id,
      detail: {
        task: task.name,
        generation,
        modelVersionId: model.id,
        version: model.version,
        againstId: decision.againstId,
        reason: decision.reason,
      },
    }),
  );
  await notifyLive(manager, { type: 'deployment', taskId: task.id, generation, digest: model.digest });
  await notifyLive(manager, { type: 'changed', resource: 'tasks', id: task.id });
  return promotion;
}
