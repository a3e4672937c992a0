import { NotFound } from '@ratchet/domain';
import type { DataSource } from 'typeorm';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { Promotion } from './promotion.entity';

const fields: ListFields = {
  id: { column: 'promotion.id', kind: 'uuid' },
  taskId: { column: 'promotion.taskId', kind: 'uuid' },
  modelVersionId: { column: 'promotion.modelVersionId', kind: 'uuid' },
  againstId: { column: 'promotion.againstId', kind: 'uuid' },
  outcome: { column: 'promotion.outcome', kind: 'text' },
  state: { column: 'promotion.state', kind: 'text' },
  gateAccuracy: { column: 'promotion.gateAccuracy', kind: 'number' },
  againstAccuracy: { column: 'promotion.againstAccuracy', kind: 'number' },
  gained: { column: 'promotion.gained', kind: 'number' },
  lost: { column: 'promotion.lost', kind: 'number' },
  p: { column: 'promotion.p', kind: 'number' },
  query: { column: 'promotion.query', kind: 'number' },
  generation: { column: 'promotion.generation', kind: 'number' },
  latencyMs: { column: 'promotion.latencyMs', kind: 'number' },
  actor: { column: 'promotion.actor', kind: 'text', searched: true },
  reason: { column: 'promotion.reason', kind: 'text', searched: true, unsortable: true },
  createdAt: { column: 'promotion.createdAt', kind: 'time' },
};

/** The record of what the gate decided. Written by `CandidateGate`, `ManualPromotions` and `Rollbacks` alone. */
export class PromotionRepository {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<Promotion>> {
    return listRows(this.database.createQueryBuilder(Promotion, 'promotion'), fields, request);
  }

  async get(id: string): Promise<Promotion> {
    const promotion = await this.database.manager.findOneBy(Promotion, { id });
    if (!promotion) throw new NotFound('promotion', id);
    return promotion;
  }
}
