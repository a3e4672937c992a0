import { Controller, Get } from '@nestjs/common';
import { datasetItem, datasetVersion, type DatasetItemView, type DatasetVersionView } from '@ratchet/contracts';
import {
  DatasetVersionRepository,
  type ListRequest,
  type NamedVersion,
  type Page,
  type SizedItem,
} from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam } from '../http/parameters';

@Controller('api/dataset-versions')
export class DatasetVersionsController {
  constructor(private readonly versions: DatasetVersionRepository) {}

  @Get()
  @Endpoint({ summary: 'Versions of datasets', access: 'viewer', answer: z.array(datasetVersion), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<DatasetVersionView>> {
    const { rows, total } = await this.versions.list(request);
    return { rows: rows.map(toView), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One version of a dataset', access: 'viewer', answer: datasetVersion })
  async get(@IdParam('id', 'dataset version') id: string): Promise<DatasetVersionView> {
    return toView(await this.versions.get(id));
  }

  @Get(':id/items')
  @Endpoint({
    summary: 'Images of a version, by class, split, group or file',
    access: 'viewer',
    answer: z.array(datasetItem),
    list: true,
  })
  async items(
    @IdParam('id', 'dataset version') id: string,
    @ListParam() request: ListRequest,
  ): Promise<Page<DatasetItemView>> {
    const { classes } = await this.versions.get(id);
    const { rows, total } = await this.versions.items(id, request);
    return { rows: rows.map((row) => toItemView(row, classes)), total };
  }
}

const toView = (row: NamedVersion): DatasetVersionView => ({
  id: row.id,
  datasetId: row.datasetId,
  datasetName: row.dataset.name,
  version: row.version,
  digest: row.digest,
  classes: row.classes,
  counts: row.counts,
  images: row.images,
  groups: row.groups,
  createdAt: row.createdAt.toISOString(),
});

const toItemView = (row: SizedItem, classes: readonly string[]): DatasetItemView => ({
  sha256: row.sha256,
  file: row.file,
  class: row.class,
  className: classes[row.class],
  split: row.split,
  group: row.group,
  width: row.image.width,
  height: row.image.height,
});
