import { Controller, Get } from '@nestjs/common';
import { inferencer, type InferencerView } from '@ratchet/contracts';
import { InferencerRegistry, type ListRequest, type Page } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam } from '../http/parameters';
import { workerState } from './worker.state';

type Row = Awaited<ReturnType<InferencerRegistry['get']>>;

@Controller('api/inferencers')
export class InferencersController {
  constructor(private readonly registry: InferencerRegistry) {}

  @Get()
  @Endpoint({ summary: 'Inferencers and what they serve', access: 'viewer', answer: z.array(inferencer), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<InferencerView>> {
    const { rows, total } = await this.registry.list(request);
    return { rows: rows.map(viewOf), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One inferencer', access: 'viewer', answer: inferencer })
  async get(@IdParam('id', 'inferencer') id: string): Promise<InferencerView> {
    return viewOf(await this.registry.get(id));
  }
}

const viewOf = (row: Row): InferencerView => ({
  id: row.id,
  url: row.url,
  host: row.host,
  state: workerState(row),
  models: row.models,
  versions: row.versions,
  startedAt: row.startedAt.toISOString(),
  lastHeartbeatAt: row.lastHeartbeatAt.toISOString(),
});
