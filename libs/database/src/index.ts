export * from './entities';
export { databaseOptions, migrate, openDatabase, type DatabaseOptions } from './database';
export { newId } from './columns';
export { DatabaseHealth } from './health';
export { explaining, isUnreachable, unloggable } from './errors';
export { notifyLive } from './live/live-notice';
export { listenLive, type LiveListener, type LiveObserver } from './live/live-listener';
export type { PromotionOutcome } from './promotions/promotion.entity';
export { deploymentReasons } from './deployments/deployment.entity';
export { DatabaseModule } from './database.module';
export { repositories, type RepositoryClass } from './repositories';
export type { DataSource, EntityManager } from 'typeorm';
export type { ListField, ListFields, ListRequest, Page } from './listing/list.request';
export { listRows } from './listing/list.rows';
export { InferencerRegistry, type InferencerDescription } from './fleet/inferencer-registry.repository';
export { TrainerDirectory } from './fleet/trainer-directory.repository';
export { TrainerRegistry, type TrainerDescription } from './fleet/trainer-registry.repository';
export { CandidateGate, type GateDecision, type GatedCandidate } from './promotions/candidate-gate.repository';
export { ManualPromotions, type PromotionOrder } from './promotions/manual-promotions.repository';
export { Rollbacks, type RollbackOrder } from './promotions/rollbacks.repository';
export { Challenges, type ChallengeOrder, type CountedChallenge } from './challenges/challenges.repository';
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
export { DatasetRepository, type DatasetSummary } from './datasets/dataset.repository';
export { DatasetVersionRepository, type NamedVersion, type SizedItem } from './datasets/dataset-version.repository';
export { ImportRepository, noProgress, type NewImport } from './imports/import.repository';
export type { VersionDraft } from './imports/version.rows';
export { DeploymentRepository, type DeploymentOfModel } from './deployments/deployment.repository';
export { ExperimentRepository, type Launch, type SummedExperiment } from './experiments/experiment.repository';
export { HyperparameterSetRepository } from './hyperparameter-sets/hyperparameter-set.repository';
export { ModelVersionRepository, type GateMistake, type JudgedModel } from './models/model-version.repository';
export {
  NetworkRepository,
  type ListedNetwork,
  type NamedNetworkVersion,
  type NewNetworkVersion,
} from './networks/network.repository';
export { PromotionRepository } from './promotions/promotion.repository';
export { TaskRepository, type NewTask, type TaskChange } from './tasks/task.repository';
export { type ServableTask, TaskServing } from './tasks/task-serving.repository';
export { TrialRepository, type Curve } from './trials/trial.repository';
export { canonicalJson, digestOf } from './digest';
export { cellsOf } from './experiments/experiment.cells';
export type { ExperimentSelection, ResolvedSelection } from './experiments/experiment.selection';
