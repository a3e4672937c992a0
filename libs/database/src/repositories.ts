import type { DataSource } from 'typeorm';
import { Challenges } from './challenges/challenges.repository';
import { DatasetRepository } from './datasets/dataset.repository';
import { DatasetVersionRepository } from './datasets/dataset-version.repository';
import { ImportRepository } from './imports/import.repository';
import { InferencerRegistry } from './fleet/inferencer-registry.repository';
import { TrainerDirectory } from './fleet/trainer-directory.repository';
import { TrainerRegistry } from './fleet/trainer-registry.repository';
import { CandidateGate } from './promotions/candidate-gate.repository';
import { ManualPromotions } from './promotions/manual-promotions.repository';
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
import { TrialRepository } from './trials/trial.repository';
import { TaskServing } from './tasks/task-serving.repository';
import { TaskRepository } from './tasks/task.repository';
import { PromotionRepository } from './promotions/promotion.repository';
import { NetworkRepository } from './networks/network.repository';
import { ModelVersionRepository } from './models/model-version.repository';
import { HyperparameterSetRepository } from './hyperparameter-sets/hyperparameter-set.repository';
import { ExperimentRepository } from './experiments/experiment.repository';
import { DeploymentRepository } from './deployments/deployment.repository';

/** A repository: plain, made from the data source alone, so that processes without Nest use it as well. */
export type RepositoryClass = new (database: DataSource) => object;

/** Every repository that `DatabaseModule` provides. */
export const repositories: readonly RepositoryClass[] = [
  DeploymentRepository,
  ExperimentRepository,
  HyperparameterSetRepository,
  ModelVersionRepository,
  NetworkRepository,
  PromotionRepository,
  TaskRepository,
  TaskServing,
  TrialRepository,
  ApiKeyRepository,
  AuditRepository,
  DatabaseHealth,
  IdempotencyRepository,
  SessionRepository,
  UserRepository,
  CandidateGate,
  Challenges,
  DatasetRepository,
  DatasetVersionRepository,
  ImportRepository,
  ManualPromotions,
  Rollbacks,
  InferencerRegistry,
  TrainerDirectory,
  TrainerRegistry,
  TrialCheckpoints,
  TrialLeases,
  TrialReports,
];
