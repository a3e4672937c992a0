import type { PromotionView } from '@ratchet/contracts';
import type { Promotion } from '@ratchet/database';

export const promotionView = (row: Promotion): PromotionView => ({
  id: row.id,
  taskId: row.taskId,
  modelVersionId: row.modelVersionId,
  againstId: row.againstId,
  outcome: row.outcome,
  reason: row.reason,
  gateAccuracy: row.gateAccuracy,
  againstAccuracy: row.againstAccuracy,
  gained: row.gained,
  lost: row.lost,
  p: row.p,
  testUnit: row.testUnit,
  testUnits: row.testUnits,
  gateImages: row.gateImages,
  query: row.query,
  generation: row.generation,
  state: row.state,
  latencyMs: row.latencyMs,
  createdAt: row.createdAt.toISOString(),
  actor: row.actor,
});
