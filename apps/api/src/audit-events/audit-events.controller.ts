import { Controller, Get } from '@nestjs/common';
import { auditEvent, type AuditEventView } from '@ratchet/contracts';
import { type AuditEvent, AuditRepository, type ListRequest, type Page } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam } from '../http/parameters';

const view = (row: AuditEvent): AuditEventView => ({
  id: row.id,
  at: row.at.toISOString(),
  actor: row.actor,
  action: row.action,
  resource: row.resource,
  resourceId: row.resourceId,
  detail: row.detail,
});

@Controller('api/audit-events')
export class AuditEventsController {
  constructor(private readonly events: AuditRepository) {}

  @Get()
  @Endpoint({ summary: 'Who did what', access: 'admin', answer: z.array(auditEvent), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<AuditEventView>> {
    const { rows, total } = await this.events.list(request);
    return { rows: rows.map(view), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One audit event', access: 'admin', answer: auditEvent })
  async get(@IdParam('id', 'audit event') id: string): Promise<AuditEventView> {
    return view(await this.events.get(id));
  }
}
