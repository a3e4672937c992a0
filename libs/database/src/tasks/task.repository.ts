import { InvalidInput, NotFound } from '@ratchet/domain';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { newId } from '../columns';
import { DatasetVersion } from '../datasets/dataset-version.entity';
import { explaining } from '../errors';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { notifyLive } from '../live/live-notice';
import { Task } from './task.entity';

const fields: ListFields = {
  id: { column: 'task.id', kind: 'uuid' },
  name: { column: 'task.name', kind: 'text', searched: true },
  title: { column: 'task.title', kind: 'text', searched: true },
  policy: { column: 'task.policy', kind: 'text' },
  gateDatasetVersionId: { column: 'task.gateDatasetVersionId', kind: 'uuid' },
  gateImages: { column: 'task.gateImages', kind: 'number' },
  gateQueries: { column: 'task.gateQueries', kind: 'number' },
  bestValidationAccuracy: { column: 'task.bestValidationAccuracy', kind: 'number' },
  createdAt: { column: 'task.createdAt', kind: 'time' },
};

export type NewTask = Pick<
  Task,
  | 'name'
  | 'title'
  | 'description'
  | 'criticalClasses'
  | 'escapeTolerance'
  | 'minimumGateImagesPerClass'
  | 'policy'
  | 'latencyBudgetMs'
  | 'input'
> & { readonly datasetVersionId: string };
export type TaskChange = Partial<
  Pick<Task, 'title' | 'description' | 'policy' | 'latencyBudgetMs' | 'escapeTolerance'>
>;

export class TaskRepository {
  constructor(private readonly database: DataSource) {}

  /** With `championPromotion` and `championModelVersion`. */
  list(request: ListRequest): Promise<Page<Task>> {
    return listRows(this.query(), fields, request);
  }

  async get(id: string): Promise<Task> {
    const task = await this.query().where({ id }).getOne();
    if (!task) throw new NotFound('task', id);
    return task;
  }

  /** By the name clients use; null when there is none. */
  findByName(name: string): Promise<Task | null> {
    return this.query().where({ name }).getOne();
  }

  /**
   * Freezes the gate split of a dataset version as the task's gate set, and takes its class list.
   * @throws InvalidInput for a version, class or minimum that does not fit; Conflict for a taken name
   */
  async create({ datasetVersionId, ...task }: NewTask): Promise<Task> {
    const id = newId();
    await this.database.transaction(async (manager) => {
      const version = await manager.findOne(DatasetVersion, {
        where: { id: datasetVersionId },
        relations: { dataset: true },
      });
      if (!version || version.dataset?.deletedAt)
        throw new InvalidInput(
          'datasetVersionId',
          `there is no dataset version ${datasetVersionId}, or it was deleted`,
        );
      const unknown = task.criticalClasses.filter((name) => !version.classes.includes(name));
      if (unknown.length)
        throw new InvalidInput(
          'criticalClasses',
          `${unknown.join(', ')} is not among the classes ${version.classes.join(', ')}`,
        );
      const minimum = task.minimumGateImagesPerClass;
      const scarce = version.classes.filter((_, index) => version.counts[index].gate < minimum);
      if (scarce.length)
        throw new InvalidInput(
          'minimumGateImagesPerClass',
          `the gate split has fewer than ${minimum} images of ${scarce.join(', ')}; import more or ask for less`,
        );
      await explaining({ tasks_name_key: `There is a task named '${task.name}' already; choose another name.` }, () =>
        manager.insert(Task, {
          ...task,
          id,
          classes: version.classes,
          gateDatasetVersionId: version.id,
          gateImages: version.counts.reduce((sum, count) => sum + count.gate, 0),
        }),
      );
      await notifyLive(manager, { type: 'changed', resource: 'tasks', id });
    });
    return this.get(id);
  }

  async update(id: string, change: TaskChange): Promise<Task> {
    await this.database.transaction(async (manager) => {
      if (Object.keys(change).length) await manager.update(Task, { id }, change);
      await notifyLive(manager, { type: 'changed', resource: 'tasks', id });
    });
    return this.get(id);
  }

  private query(): SelectQueryBuilder<Task> {
    return this.database
      .createQueryBuilder(Task, 'task')
      .leftJoinAndSelect('task.championPromotion', 'promotion')
      .leftJoinAndSelect('task.championModelVersion', 'model');
  }
}
