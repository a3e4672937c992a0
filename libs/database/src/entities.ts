import { ApiKey } from './api-keys/api-key.entity';
import { AuditEvent } from './audit/audit-event.entity';
import { Challenge } from './challenges/challenge.entity';
import { ChallengeReport } from './challenges/challenge-report.entity';
import { DatasetImport } from './datasets/dataset-import.entity';
import { DatasetItem } from './datasets/dataset-item.entity';
import { DatasetVersion } from './datasets/dataset-version.entity';
import { Dataset } from './datasets/dataset.entity';
import { Image } from './datasets/image.entity';
import { Deployment } from './deployments/deployment.entity';
import { Experiment } from './experiments/experiment.entity';
import { Inferencer } from './fleet/inferencer.entity';
import { Trainer } from './fleet/trainer.entity';
import { HyperparameterSet } from './hyperparameter-sets/hyperparameter-set.entity';
import { IdempotencyKey } from './idempotency/idempotency-key.entity';
import { GatePrediction } from './models/gate-prediction.entity';
import { ModelVersion } from './models/model-version.entity';
import { NetworkVersion } from './networks/network-version.entity';
import { Network } from './networks/network.entity';
import { Promotion } from './promotions/promotion.entity';
import { Session } from './sessions/session.entity';
import { Task } from './tasks/task.entity';
import { Checkpoint } from './trials/checkpoint.entity';
import { Metric } from './trials/metric.entity';
import { Trial } from './trials/trial.entity';
import { User } from './users/user.entity';

export {
  ApiKey,
  AuditEvent,
  Challenge,
  ChallengeReport,
  Checkpoint,
  Dataset,
  DatasetImport,
  DatasetItem,
  DatasetVersion,
  Deployment,
  Experiment,
  GatePrediction,
  HyperparameterSet,
  IdempotencyKey,
  Image,
  Inferencer,
  Metric,
  ModelVersion,
  Network,
  NetworkVersion,
  Promotion,
  Session,
  Task,
  Trainer,
  Trial,
  User,
};

/** Every table. */
export const entities = [
  ApiKey,
  AuditEvent,
  Challenge,
  ChallengeReport,
  Checkpoint,
  Dataset,
  DatasetImport,
  DatasetItem,
  DatasetVersion,
  Deployment,
  Experiment,
  GatePrediction,
  HyperparameterSet,
  IdempotencyKey,
  Image,
  Inferencer,
  Metric,
  ModelVersion,
  Network,
  NetworkVersion,
  Promotion,
  Session,
  Task,
  Trainer,
  Trial,
  User,
];
