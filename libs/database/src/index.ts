export * from './entities';
export { databaseOptions, migrate, openDatabase, type DatabaseOptions } from './database';
export { newId } from './columns';
export { DatabaseHealth } from './health';
export { explaining, isUnreachable } from './errors';
export { notifyLive } from './live/live-notice';
export { listenLive, type LiveListener, type LiveObserver } from './live/live-listener';
export type { PromotionOutcome } from './promotions/promotion.entity';
export { deploymentReasons } from './deployments/deployment.entity';
export { DatabaseModule } from './database.module';
export { repositories, type RepositoryClass } from './repositories';
export type { DataSource, EntityManager } from 'typeorm';
export type { ListField, ListFields, ListRequest, Page } from './listing/list.request';
export { listRows } from './listing/list.rows';
export { TrainerRegistry, type TrainerDescription } from './fleet/trainer-registry.repository';
export { CandidateGate, type GateDecision, type GatedCandidate } from './promotions/candidate-gate.repository';
export { Rollbacks, type RollbackOrder } from './promotions/rollbacks.repository';
export { TrialCheckpoints, type CheckpointRecord } from './trials/trial-checkpoints.repository';
export type { TrialLease } from './trials/trial-lease';
export { TrialLeases, type LeaseHolder, type TrialOrder } from './trials/trial-leases.repository';
export { cancelTrial, retryTrial } from './trials/trial-orders';
export { TrialReports, type EpochReport, type TrialProgress, type TrialStart } from './trials/trial-reports.repository';
export { ApiKeyRepository } from './api-keys/api-key.repository';
export { AuditRepository, recordAudit, type AuditEntry } from './audit/audit.repository';
export {
  IdempotencyRepository,
  type IdempotencyClaim,
  type IdempotentCall,
} from './idempotency/idempotency.repository';
export { SessionRepository } from './sessions/session.repository';
export { UserRepository, type NewUser } from './users/user.repository';
