import { Controller, Delete, Get, Post } from '@nestjs/common';
import { dataset, datasetCreate, type DatasetView } from '@ratchet/contracts';
import { DatasetRepository, type DatasetSummary, type ListRequest, type Page } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, JsonBody, ListParam } from '../http/parameters';

@Controller('api/datasets')
export class DatasetsController {
  constructor(private readonly datasets: DatasetRepository) {}

  @Get()
  @Endpoint({ summary: 'Datasets', access: 'viewer', answer: z.array(dataset), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<DatasetView>> {
    const { rows, total } = await this.datasets.list(request);
    return { rows: rows.map(toView), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One dataset', access: 'viewer', answer: dataset })
  async get(@IdParam('id', 'dataset') id: string): Promise<DatasetView> {
    return toView(await this.datasets.get(id));
  }

  @Post()
  @Endpoint({
    summary: 'Create an empty dataset',
    access: 'engineer',
    answer: dataset,
    status: 201,
    idempotent: true,
    audit: 'datasets.create',
  })
  async create(@JsonBody(datasetCreate) body: z.output<typeof datasetCreate>): Promise<DatasetView> {
    return toView(await this.datasets.create(body));
  }

  @Delete(':id')
  @Endpoint({
    summary: 'Delete a dataset: it hides from lists and new experiments; its versions stay',
    access: 'engineer',
    answer: dataset,
    audit: 'datasets.delete',
  })
  async delete(@IdParam('id', 'dataset') id: string): Promise<DatasetView> {
    const last = await this.datasets.get(id);
    await this.datasets.delete(id);
    return toView(last);
  }
}

const toView = ({ dataset: row, ...summary }: DatasetSummary): DatasetView => ({
  id: row.id,
  name: row.name,
  description: row.description,
  createdAt: row.createdAt.toISOString(),
  ...summary,
});
