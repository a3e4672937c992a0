import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RpcServer } from '@ratchet/grpc';
import type { Tracer } from '@ratchet/telemetry';
import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import { FleetDirectory } from '../fleet/fleet.directory';
import { MetricsService } from '../metrics/metrics.service';
import { API_CONFIG, type ApiConfig, LOGGER, TRACER } from '../platform/platform.tokens';
import { ModelRepository } from '../repository/model.repository';
import { CallerCache } from './caller.cache';
import { FleetRouter } from './fleet.router';
import { Gateway } from './gateway';
import { GrpcGateway } from './grpc/grpc.gateway';
import { TokenBuckets } from './token.bucket';

/** The inferencer gives up first, so that its own words reach the client. */
const GRACE_MS = 1_000;
/** Messages of the largest size that are held at once; of smaller ones as many more. */
const MOST_LARGEST = 8;
/** How long calls in flight may take to end when the process is asked to stop. */
const DRAIN_MS = 8_000;

/** The gateway of this process, fed by its directory. */
@Injectable()
export class GatewayService implements OnApplicationShutdown {
  private readonly router: FleetRouter;
  private readonly gateway: Gateway;
  private readonly rpc: RpcServer;

  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(LOGGER) logger: Logger,
    callers: CallerCache,
    directory: FleetDirectory,
    { registry }: MetricsService,
    repository: ModelRepository,
    @Inject(TRACER) private readonly tracer: Tracer | null,
  ) {
    const { gateway } = config;
    this.router = new FleetRouter(gateway.balance, gateway.predictTimeoutMs + GRACE_MS);
    directory.onChange = (entries) => this.router.update(entries);
    const requests = new Counter({
      name: 'ratchet_gateway_requests_total',
      help: 'Predictions passed through, by status and whether they were sent twice',
      labelNames: ['status', 'retried'],
      registers: [registry],
    });
    const calls = new Counter({
      name: 'ratchet_gateway_calls_total',
      help: 'gRPC calls passed through, by outcome and whether they were sent twice',
      labelNames: ['code', 'retried'],
      registers: [registry],
    });
    const buckets = new TokenBuckets(gateway.predictionsPerSecond);
    this.gateway = new Gateway(
      this.router,
      (request) => callers.authenticate(request),
      buckets,
      { replayBytes: gateway.replayBytes, limitBytes: gateway.predictLimitBytes, bodyMs: gateway.predictTimeoutMs },
      logger,
      (status, retried) => requests.inc({ status: String(status), retried: String(retried) }),
      tracer,
    );
    const grpc = new GrpcGateway(
      this.router,
      (request) => callers.authenticate(request),
      buckets,
      repository,
      gateway.predictTimeoutMs + GRACE_MS,
      logger,
      (code, retried) => calls.inc({ code, retried: String(retried) }),
      tracer,
    );
    this.rpc = new RpcServer((call) => grpc.handle(call), {
      limitBytes: gateway.predictLimitBytes,
      budgetBytes: MOST_LARGEST * gateway.predictLimitBytes,
      admit: (head) => grpc.admit(head),
    });
  }

  /** Takes gRPC calls from here on. Returns the port. @throws Conflict when the port is taken */
  listen(): Promise<number> {
    const { host, port, grpcPort } = this.config.api;
    return this.rpc.listen(host, grpcPort ?? (port === 0 ? 0 : port + 1), 'set RATCHET_API_GRPC_PORT to a free one');
  }

  /** Whether the request is the gateway's; it is answered then. Called before the framework sees anything. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.gateway.handle(request, response);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.rpc.close(DRAIN_MS);
    await this.router.close();
    await this.tracer?.close();
  }
}
