import { Controller, Get, Post, Req } from '@nestjs/common';
import { datasetImport, type DatasetImportView } from '@ratchet/contracts';
import { type DatasetImport, ImportRepository, type ListRequest, type Page } from '@ratchet/database';
import type { Request } from 'express';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam, QueryOf } from '../http/parameters';
import { ImportsService } from './imports.service';

const uploadQuery = z.object({
  options: z
    .string()
    .optional()
    .meta({ description: 'JSON of the import options, for a body that is the archive itself' }),
});

@Controller('api')
export class ImportsController {
  constructor(
    private readonly service: ImportsService,
    private readonly imports: ImportRepository,
  ) {}

  @Post('datasets/:id/imports')
  @Endpoint({
    summary: 'Upload a zip or tar of class folders and import it as a new version',
    access: 'engineer',
    answer: datasetImport,
    consumes: ['multipart/form-data', 'application/octet-stream'],
    status: 202,
    idempotent: true,
    audit: 'datasets.import',
  })
  async upload(
    @IdParam('id', 'dataset') id: string,
    @QueryOf(uploadQuery) _query: z.output<typeof uploadQuery>,
    @Req() request: Request,
  ): Promise<DatasetImportView> {
    return toView(await this.service.upload(id, request));
  }

  @Get('imports')
  @Endpoint({ summary: 'Imports', access: 'viewer', answer: z.array(datasetImport), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<DatasetImportView>> {
    const { rows, total } = await this.imports.list(request);
    return { rows: rows.map(toView), total };
  }

  @Get('imports/:id')
  @Endpoint({ summary: 'One import', access: 'viewer', answer: datasetImport })
  async get(@IdParam('id', 'import') id: string): Promise<DatasetImportView> {
    return toView(await this.imports.get(id));
  }

  @Post('imports/:id/cancel')
  @Endpoint({ summary: 'Cancel an import', access: 'engineer', answer: datasetImport, audit: 'imports.cancel' })
  async cancel(@IdParam('id', 'import') id: string): Promise<DatasetImportView> {
    return toView(await this.service.cancel(id));
  }
}

const toView = (row: DatasetImport): DatasetImportView => ({
  id: row.id,
  datasetId: row.datasetId,
  state: row.state,
  fileName: row.fileName,
  bytes: row.bytes,
  progress: row.progress,
  report: row.report,
  error: row.error,
  datasetVersionId: row.datasetVersionId,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
