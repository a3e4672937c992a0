import { NotFound } from '@ratchet/domain';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { gateLabels } from '../promotions/gate-set';
import type { Task } from '../tasks/task.entity';
import { GatePrediction } from './gate-prediction.entity';
import { ModelVersion } from './model-version.entity';

const fields: ListFields = {
  id: { column: 'model.id', kind: 'uuid' },
  taskId: { column: 'model.taskId', kind: 'uuid' },
  trialId: { column: 'model.trialId', kind: 'uuid' },
  version: { column: 'model.version', kind: 'number' },
  digest: { column: 'model.digest', kind: 'text', searched: true },
  bytes: { column: 'model.bytes', kind: 'number' },
  parameters: { column: 'model.parameters', kind: 'number' },
  flops: { column: 'model.flops', kind: 'number' },
  epoch: { column: 'model.epoch', kind: 'number' },
  validationAccuracy: { column: 'model.validationAccuracy', kind: 'number' },
  gateAccuracy: { column: 'model.gateAccuracy', kind: 'number' },
  createdAt: { column: 'model.createdAt', kind: 'time' },
};

/** A model with what it said of its task's present gate set; `predictions` is null where it was judged on another. */
export interface JudgedModel {
  readonly model: ModelVersion;
  readonly task: Task;
  readonly labels: readonly number[];
  readonly predictions: Uint8Array | null;
}

export interface GateMistake {
  readonly sha256: string;
  readonly file: string;
  /** Indexes into the class list. */
  readonly actual: number;
  readonly predicted: number;
}

/** Gate sets are frozen, so their labels are read once; a few tasks are in use at a time. */
const rememberedLabels = 32;

export class ModelVersionRepository {
  private readonly labels = new Map<string, Promise<number[]>>();

  constructor(private readonly database: DataSource) {}

  async list(request: ListRequest): Promise<Page<JudgedModel>> {
    const { rows, total } = await listRows(this.query(), fields, request);
    return { rows: await this.judged(rows), total };
  }

  async get(id: string): Promise<JudgedModel> {
    const model = await this.query().where({ id }).getOne();
    if (!model) throw new NotFound('model version', id);
    return (await this.judged([model]))[0];
  }

  /** Gate images the model gets wrong, in manifest order, `limit` at most. */
  async mistakes(id: string, limit: number): Promise<GateMistake[]> {
    const { task, predictions } = await this.get(id);
    if (!predictions) return [];
    const rows = (await this.database.query(
      `SELECT sha256, file, class FROM dataset_items WHERE dataset_version_id = $1 AND split = 'gate'
        ORDER BY sha256 COLLATE "C"`,
      [task.gateDatasetVersionId],
    )) as { sha256: string; file: string; class: number }[];
    return rows
      .map(({ sha256, file, class: actual }, index) => ({ sha256, file, actual, predicted: predictions[index] }))
      .filter(({ actual, predicted }) => actual !== predicted)
      .slice(0, limit);
  }

  private async judged(models: ModelVersion[]): Promise<JudgedModel[]> {
    const stored = models.length
      ? await this.database
          .createQueryBuilder(GatePrediction, 'stored')
          .where('stored.modelVersionId = ANY(:ids)', { ids: models.map((model) => model.id) })
          .getMany()
      : [];
    return Promise.all(
      models.map(async (model) => {
        const task = model.task as Task; // every query here joins it
        const own = stored.find(
          (row) => row.modelVersionId === model.id && row.gateDatasetVersionId === task.gateDatasetVersionId,
        );
        return { model, task, labels: await this.labelsOf(task), predictions: own?.predictions ?? null };
      }),
    );
  }

  private labelsOf(task: Task): Promise<number[]> {
    let labels = this.labels.get(task.gateDatasetVersionId);
    if (!labels) {
      labels = gateLabels(this.database.manager, task);
      labels.catch(() => this.labels.delete(task.gateDatasetVersionId));
      this.labels.set(task.gateDatasetVersionId, labels);
      if (this.labels.size > rememberedLabels) this.labels.delete(this.labels.keys().next().value as string);
    }
    return labels;
  }

  private query(): SelectQueryBuilder<ModelVersion> {
    return this.database.createQueryBuilder(ModelVersion, 'model').innerJoinAndSelect('model.task', 'task');
  }
}
