import type { DataSource } from 'typeorm';
import { TrainerRegistry } from './fleet/trainer-registry.repository';
import { CandidateGate } from './promotions/candidate-gate.repository';
import { Rollbacks } from './promotions/rollbacks.repository';
import { TrialCheckpoints } from './trials/trial-checkpoints.repository';
import { TrialLeases } from './trials/trial-leases.repository';
import { TrialReports } from './trials/trial-reports.repository';
import { UserRepository } from './users/user.repository';
import { SessionRepository } from './sessions/session.repository';
import { DatabaseHealth } from './health';
import { IdempotencyRepository } from './idempotency/idempotency.repository';
import { AuditRepository } from './audit/audit.repository';
import { ApiKeyRepository } from './api-keys/api-key.repository';

/** A repository: plain, made from the data source alone, so that processes without Nest use it as well. */
export type RepositoryClass = new (database: DataSource) => object;

/** Every repository that `DatabaseModule` provides. */
export const repositories: readonly RepositoryClass[] = [
  ApiKeyRepository,
  AuditRepository,
  DatabaseHealth,
  IdempotencyRepository,
  SessionRepository,
  UserRepository,
  CandidateGate,
  Rollbacks,
  TrainerRegistry,
  TrialCheckpoints,
  TrialLeases,
  TrialReports,
];
