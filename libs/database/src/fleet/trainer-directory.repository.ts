import { NotFound } from '@ratchet/domain';
import type { DataSource } from 'typeorm';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { Trainer } from './trainer.entity';

const fields: ListFields = {
  id: { column: 'trainer.id', kind: 'uuid' },
  host: { column: 'trainer.host', kind: 'text', searched: true },
  device: { column: 'trainer.device', kind: 'text', searched: true },
  slots: { column: 'trainer.slots', kind: 'number' },
  busy: { column: 'trainer.busy', kind: 'number' },
  draining: { column: 'trainer.draining', kind: 'boolean' },
  startedAt: { column: 'trainer.startedAt', kind: 'time' },
  lastHeartbeatAt: { column: 'trainer.lastHeartbeatAt', kind: 'time' },
};

/** Trainers as the console looks at them. */
export class TrainerDirectory {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<Trainer>> {
    return listRows(this.database.createQueryBuilder(Trainer, 'trainer'), fields, request);
  }

  async get(id: string): Promise<Trainer> {
    const found = await this.database.manager.findOneBy(Trainer, { id });
    if (!found) throw new NotFound('trainer', id);
    return found;
  }
}
