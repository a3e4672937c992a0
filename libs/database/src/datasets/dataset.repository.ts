import { NotFound } from '@ratchet/domain';
import { type DataSource, IsNull } from 'typeorm';
import { newId } from '../columns';
import { explaining } from '../errors';
import { announceCancellations } from '../imports/import.notice';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { notifyLive } from '../live/live-notice';
import { Dataset } from './dataset.entity';

const fields: ListFields = {
  id: { column: 'dataset.id', kind: 'uuid' },
  name: { column: 'dataset.name', kind: 'text', searched: true },
  description: { column: 'dataset.description', kind: 'text', searched: true },
  createdAt: { column: 'dataset.createdAt', kind: 'time' },
};

export interface DatasetSummary {
  readonly dataset: Dataset;
  readonly latestVersionId: string | null;
  readonly versions: number;
  /** Of the latest version. */
  readonly images: number;
}

export class DatasetRepository {
  constructor(private readonly database: DataSource) {}

  async list(request: ListRequest): Promise<Page<DatasetSummary>> {
    const query = this.database.createQueryBuilder(Dataset, 'dataset').where('dataset.deletedAt IS NULL');
    const { rows, total } = await listRows(query, fields, request);
    return { rows: await this.summarise(rows), total };
  }

  /** @throws NotFound when there is none or it was deleted */
  async get(id: string): Promise<DatasetSummary> {
    const dataset = await this.database.manager.findOneBy(Dataset, { id, deletedAt: IsNull() });
    if (!dataset) throw new NotFound('dataset', id);
    const [summary] = await this.summarise([dataset]);
    return summary;
  }

  /** @throws Conflict when the name is taken */
  async create({ name, description }: Pick<Dataset, 'name' | 'description'>): Promise<DatasetSummary> {
    const id = newId();
    await explaining({ datasets_name_key: `There is a dataset named '${name}' already; choose another name.` }, () =>
      this.database.transaction(async (manager) => {
        await manager.insert(Dataset, { id, name, description });
        await notifyLive(manager, { type: 'changed', resource: 'datasets', id });
      }),
    );
    return this.get(id);
  }

  /**
   * Hides it and cancels its imports. Its versions stay, for what was trained on them.
   * @throws NotFound when there is none or it was deleted before
   */
  async delete(id: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      // Imports first, as in the transaction that completes one: nobody waits in a circle.
      await announceCancellations(manager, "dataset_id = $1 AND state IN ('PENDING', 'RUNNING')", [id]);
      const deleted = await manager.update(Dataset, { id, deletedAt: IsNull() }, { deletedAt: () => 'now()' });
      if (!deleted.affected) throw new NotFound('dataset', id);
      await notifyLive(manager, { type: 'changed', resource: 'datasets', id });
    });
  }

  private async summarise(datasets: readonly Dataset[]): Promise<DatasetSummary[]> {
    const versions: { dataset_id: string; versions: number; latest: string; images: number }[] =
      await this.database.query(
        `SELECT dataset_id, count(*)::int AS versions, (array_agg(id ORDER BY version DESC))[1] AS latest,
                (array_agg(images ORDER BY version DESC))[1] AS images
         FROM dataset_versions WHERE dataset_id = ANY($1) GROUP BY dataset_id`,
        [datasets.map((dataset) => dataset.id)],
      );
    const byDataset = new Map(versions.map((row) => [row.dataset_id, row]));
    return datasets.map((dataset) => {
      const row = byDataset.get(dataset.id);
      return {
        dataset,
        latestVersionId: row?.latest ?? null,
        versions: row?.versions ?? 0,
        images: row?.images ?? 0,
      };
    });
  }
}
