import type { Type } from '@nestjs/common';
import { HealthModule } from './health/health.module';
import { LiveModule } from './live/live.module';
import { MetricsModule } from './metrics/metrics.module';
import { OpenApiModule } from './openapi/openapi.module';
import { SessionModule } from './session/session.module';

/** Everything the API offers: one module a resource. */
export const featureModules: readonly Type[] = [HealthModule, LiveModule, MetricsModule, OpenApiModule, SessionModule];
