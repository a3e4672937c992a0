import { NotFound } from '@ratchet/domain';
import type { DataSource, EntityManager } from 'typeorm';
import { newId } from '../columns';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { AuditEvent } from './audit-event.entity';

const fields: ListFields = {
  id: { column: 'event.id', kind: 'uuid' },
  at: { column: 'event.at', kind: 'time' },
  actor: { column: 'event.actor', kind: 'text', searched: true },
  action: { column: 'event.action', kind: 'text', searched: true },
  resource: { column: 'event.resource', kind: 'text' },
  resourceId: { column: 'event.resourceId', kind: 'text' },
};

export type AuditEntry = Pick<AuditEvent, 'actor' | 'action' | 'resource' | 'resourceId'> & {
  readonly detail?: Record<string, unknown>;
};

/** Writes an audit event inside the caller's transaction: the deed and its record stand or fall together. */
export async function recordAudit(manager: EntityManager, { detail = {}, ...entry }: AuditEntry): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(AuditEvent)
    .values({ ...entry, id: newId(), detail: detail as object })
    .execute();
}

export class AuditRepository {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<AuditEvent>> {
    return listRows(this.database.createQueryBuilder(AuditEvent, 'event'), fields, request);
  }

  async get(id: string): Promise<AuditEvent> {
    const event = await this.database.manager.findOneBy(AuditEvent, { id });
    if (!event) throw new NotFound('audit event', id);
    return event;
  }

  record(entry: AuditEntry): Promise<void> {
    return recordAudit(this.database.manager, entry);
  }
}
