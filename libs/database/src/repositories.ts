import type { DataSource } from 'typeorm';
import { TrainerRegistry } from './fleet/trainer-registry.repository';
import { CandidateGate } from './promotions/candidate-gate.repository';
import { Rollbacks } from './promotions/rollbacks.repository';
import { TrialCheckpoints } from './trials/trial-checkpoints.repository';
import { TrialLeases } from './trials/trial-leases.repository';
import { TrialReports } from './trials/trial-reports.repository';

/** A repository: plain, made from the data source alone, so that processes without Nest use it as well. */
export type RepositoryClass = new (database: DataSource) => object;

/** Every repository that `DatabaseModule` provides. */
export const repositories: readonly RepositoryClass[] = [
  CandidateGate,
  Rollbacks,
  TrainerRegistry,
  TrialCheckpoints,
  TrialLeases,
  TrialReports,
];
