import { NotFound } from '@ratchet/domain';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import type { Dataset } from './dataset.entity';
import { DatasetItem } from './dataset-item.entity';
import { DatasetVersion } from './dataset-version.entity';
import { Image } from './image.entity';

const fields: ListFields = {
  id: { column: 'version.id', kind: 'uuid' },
  datasetId: { column: 'version.datasetId', kind: 'uuid' },
  datasetName: { column: 'dataset.name', kind: 'text', searched: true },
  version: { column: 'version.version', kind: 'number' },
  digest: { column: 'version.digest', kind: 'text' },
  images: { column: 'version.images', kind: 'number' },
  groups: { column: 'version.groups', kind: 'number' },
  createdAt: { column: 'version.createdAt', kind: 'time' },
};

const itemFields: ListFields = {
  sha256: { column: 'item.sha256', kind: 'text' },
  file: { column: 'item.file', kind: 'text', searched: true },
  class: { column: 'item.class', kind: 'number' },
  split: { column: 'item.split', kind: 'text' },
  group: { column: 'item.group', kind: 'text' },
};

export type NamedVersion = DatasetVersion & { readonly dataset: Dataset };
export type SizedItem = DatasetItem & { readonly image: Image };

export class DatasetVersionRepository {
  constructor(private readonly database: DataSource) {}

  /** Versions of deleted datasets are left out. */
  async list(request: ListRequest): Promise<Page<NamedVersion>> {
    const page = await listRows(this.named().where('dataset.deletedAt IS NULL'), fields, request);
    return page as Page<NamedVersion>;
  }

  /** Finds versions of deleted datasets too: models refer to them. @throws NotFound */
  async get(id: string): Promise<NamedVersion> {
    const version = await this.named().where('version.id = :id', { id }).getOne();
    if (!version) throw new NotFound('dataset version', id);
    return version as NamedVersion;
  }

  /** The version's images, by class, split, group or file. */
  async items(versionId: string, request: ListRequest): Promise<Page<SizedItem>> {
    const query = this.database
      .createQueryBuilder(DatasetItem, 'item')
      .innerJoinAndSelect('item.image', 'image')
      .where('item.datasetVersionId = :versionId', { versionId });
    return (await listRows(query, itemFields, request, 'item.sha256')) as Page<SizedItem>;
  }

  /** @throws NotFound */
  async image(sha256: string): Promise<Image> {
    const image = await this.database.manager.findOneBy(Image, { sha256 });
    if (!image) throw new NotFound('image', sha256);
    return image;
  }

  private named(): SelectQueryBuilder<DatasetVersion> {
    return this.database.createQueryBuilder(DatasetVersion, 'version').innerJoinAndSelect('version.dataset', 'dataset');
  }
}
