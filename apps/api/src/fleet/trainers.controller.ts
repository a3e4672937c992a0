import { Controller, Get } from '@nestjs/common';
import { trainer, type TrainerView } from '@ratchet/contracts';
import { type ListRequest, type Page, TrainerDirectory } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam } from '../http/parameters';
import { workerState } from './worker.state';

type Row = Awaited<ReturnType<TrainerDirectory['get']>>;

@Controller('api/trainers')
export class TrainersController {
  constructor(private readonly trainers: TrainerDirectory) {}

  @Get()
  @Endpoint({ summary: 'Trainers and how busy they are', access: 'viewer', answer: z.array(trainer), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<TrainerView>> {
    const { rows, total } = await this.trainers.list(request);
    return { rows: rows.map(viewOf), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One trainer', access: 'viewer', answer: trainer })
  async get(@IdParam('id', 'trainer') id: string): Promise<TrainerView> {
    return viewOf(await this.trainers.get(id));
  }
}

const viewOf = (row: Row): TrainerView => ({
  id: row.id,
  host: row.host,
  device: row.device,
  slots: row.slots,
  busy: row.busy,
  state: workerState(row),
  versions: row.versions,
  startedAt: row.startedAt.toISOString(),
  lastHeartbeatAt: row.lastHeartbeatAt.toISOString(),
});
