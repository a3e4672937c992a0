import type { Type } from '@nestjs/common';
import { ChallengesModule } from './challenges/challenges.module';
import { DatasetsModule } from './datasets/datasets.module';
import { FleetModule } from './fleet/fleet.module';
import { GatewayModule } from './gateway/gateway.module';
import { HealthModule } from './health/health.module';
import { ImagesModule } from './images/images.module';
import { ImportsModule } from './imports/imports.module';
import { LiveModule } from './live/live.module';
import { MetricsModule } from './metrics/metrics.module';
import { OpenApiModule } from './openapi/openapi.module';
import { SessionModule } from './session/session.module';
import { UsersModule } from './users/users.module';
import { TrialsModule } from './trials/trials.module';
import { TasksModule } from './tasks/tasks.module';
import { PromotionsModule } from './promotions/promotions.module';
import { NetworksModule } from './networks/networks.module';
import { ModelVersionsModule } from './model-versions/model-versions.module';
import { HyperparameterSetsModule } from './hyperparameter-sets/hyperparameter-sets.module';
import { ExperimentsModule } from './experiments/experiments.module';
import { DeploymentsModule } from './deployments/deployments.module';
import { AuditEventsModule } from './audit-events/audit-events.module';
import { RepositoryModule } from './repository/repository.module';
import { ApiKeysModule } from './api-keys/api-keys.module';

/** Everything the API offers: one module a resource. */
export const featureModules: readonly Type[] = [
  ApiKeysModule,
  AuditEventsModule,
  ChallengesModule,
  DatasetsModule,
  DeploymentsModule,
  ExperimentsModule,
  HyperparameterSetsModule,
  ImagesModule,
  ImportsModule,
  ModelVersionsModule,
  NetworksModule,
  PromotionsModule,
  TasksModule,
  TrialsModule,
  UsersModule,
  FleetModule,
  GatewayModule,
  HealthModule,
  LiveModule,
  MetricsModule,
  OpenApiModule,
  RepositoryModule,
  SessionModule,
];
