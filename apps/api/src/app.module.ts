import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { DatabaseModule } from '@ratchet/database';
import type { Logger } from 'pino';
import { AuditInterceptor } from './audit/audit.interceptor';
import { AuthGuard } from './auth/auth.guard';
import { AuthModule } from './auth/auth.module';
import { featureModules } from './feature.modules';
import { PageInterceptor } from './http/page.interceptor';
import { ProblemFilter } from './http/problem.filter';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor';
import { MetricsInterceptor } from './metrics/metrics.interceptor';
import { apiDocument } from './openapi/api.document';
import { OPENAPI_DOCUMENT } from './openapi/openapi.controller';
import { PlatformModule } from './platform/platform.module';
import type { ApiConfig } from './platform/platform.tokens';

/** Interceptors wrap one another in this order: what an idempotent repetition answers is not audited again. */
@Global()
@Module({})
export class AppModule {
  static forRoot(config: ApiConfig, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(config, logger),
        DatabaseModule.forRoot(config.database.url, { poolSize: config.database.poolSize }),
        AuthModule,
        ...featureModules,
      ],
      providers: [
        { provide: OPENAPI_DOCUMENT, useFactory: apiDocument },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_FILTER, useValue: new ProblemFilter(logger) },
        { provide: APP_INTERCEPTOR, useClass: MetricsInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
        { provide: APP_INTERCEPTOR, useClass: PageInterceptor },
      ],
      exports: [OPENAPI_DOCUMENT],
    };
  }
}
