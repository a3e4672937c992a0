import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Tracer } from '@ratchet/telemetry';
import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import { FleetDirectory } from '../fleet/fleet.directory';
import { MetricsService } from '../metrics/metrics.service';
import { API_CONFIG, type ApiConfig, LOGGER, TRACER } from '../platform/platform.tokens';
import { CallerCache } from './caller.cache';
import { FleetRouter } from './fleet.router';
import { Gateway } from './gateway';
import { TokenBuckets } from './token.bucket';

/** The inferencer gives up first, so that its own words reach the client. */
const GRACE_MS = 1_000;

/** The gateway of this process, fed by its directory. */
@Injectable()
export class GatewayService implements OnApplicationShutdown {
  private readonly router: FleetRouter;
  private readonly gateway: Gateway;

  constructor(
    @Inject(API_CONFIG) { gateway }: ApiConfig,
    @Inject(LOGGER) logger: Logger,
    callers: CallerCache,
    directory: FleetDirectory,
    { registry }: MetricsService,
    @Inject(TRACER) private readonly tracer: Tracer | null,
  ) {
    this.router = new FleetRouter(gateway.balance, gateway.predictTimeoutMs + GRACE_MS);
    directory.onChange = (entries) => this.router.update(entries);
    const requests = new Counter({
      name: 'ratchet_gateway_requests_total',
      help: 'Predictions passed through, by status and whether they were sent twice',
      labelNames: ['status', 'retried'],
      registers: [registry],
    });
    this.gateway = new Gateway(
      this.router,
      (request) => callers.authenticate(request),
      new TokenBuckets(gateway.predictionsPerSecond),
      { replayBytes: gateway.replayBytes, limitBytes: gateway.predictLimitBytes, bodyMs: gateway.predictTimeoutMs },
      logger,
      (status, retried) => requests.inc({ status: String(status), retried: String(retried) }),
      tracer,
    );
  }

  /** Whether the request is the gateway's; it is answered then. Called before the framework sees anything. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.gateway.handle(request, response);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.router.close();
    await this.tracer?.close();
  }
}
