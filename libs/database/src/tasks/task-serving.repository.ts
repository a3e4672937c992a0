import { Conflict, NotFound } from '@ratchet/domain';
import type { DataSource } from 'typeorm';
import { recordAudit } from '../audit/audit.repository';
import { notifyLive } from '../live/live-notice';
import { ModelVersion } from '../models/model-version.entity';
import { Task } from './task.entity';

/** A task as a repository of models lists it. */
export interface ServableTask {
  readonly name: string;
  /** The champion's; null before the first promotion. */
  readonly generation: number | null;
  readonly served: boolean;
}

/** Whether the fleet serves a task's champion. Promotions go on either way; the newest champion is what loading serves. */
export class TaskServing {
  constructor(private readonly database: DataSource) {}

  /** Every task, by name. */
  async list(): Promise<ServableTask[]> {
    const rows: (Omit<ServableTask, 'generation'> & { generation: string | null })[] = await this.database.query(`
        SELECT t.name, p.generation, t.served
        FROM tasks t LEFT JOIN promotions p ON p.id = t.champion_promotion_id
        ORDER BY t.name`);
    return rows.map((row) => ({ ...row, generation: row.generation === null ? null : Number(row.generation) }));
  }

  /**
   * Loads a task's champion into the fleet or takes it out. It is durable and audited when this resolves; the fleet is
   * told at the same moment and follows on its own. Asking again for what is so already changes nothing.
   * @throws NotFound; Conflict when there is nothing to load yet
   */
  async set(name: string, served: boolean, actor: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const task = await manager.findOne(Task, { where: { name }, lock: { mode: 'pessimistic_write' } });
      if (!task) throw new NotFound('task', name);
      if (!task.championModelVersionId)
        throw new Conflict(`Task ${name} has no champion yet; its first promotion brings a model.`);
      if (task.served === served) return;
      await manager.update(Task, task.id, { served });
      const { id: modelVersionId, digest } = await manager.findOneByOrFail(ModelVersion, {
        id: task.championModelVersionId,
      });
      const detail = { task: name, modelVersionId };
      const action = served ? 'load' : 'unload';
      await recordAudit(manager, { actor, action, resource: 'tasks', resourceId: task.id, detail });
      await notifyLive(manager, { type: 'deployment', taskId: task.id, generation: task.generation, digest });
      await notifyLive(manager, { type: 'changed', resource: 'tasks', id: task.id });
    });
  }
}
