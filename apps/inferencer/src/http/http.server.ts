import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tracer, TraceSpan } from '@ratchet/telemetry';
import type { Logger } from 'pino';
import type { ServingMetrics } from '../metrics/serving.metrics';
import type { ServedTasks } from '../serving/served.tasks';
import type { BodyBudget } from './body.reader';
import type { ClassifyHandler } from './classify.handler';
import { Exchange } from './exchange';
import type { InferHandler } from './infer.handler';
import { modelMetadata, serverMetadata } from './metadata';
import { Refusal } from './refusal';
import { refusedOrder } from '../repository/model.index';
import { readIndexRequest } from '../repository/index.request';
import { type Route, routeOf } from './route';

export interface HttpDependencies {
  readonly tasks: ServedTasks;
  readonly infer: InferHandler;
  readonly classify: ClassifyHandler;
  readonly metrics: ServingMetrics;
  /** Whether requests can be served now. */
  readonly ready: () => boolean;
  readonly index: (which: { readonly ready: boolean }) => readonly object[];
  readonly requestTimeoutMs: number;
  readonly budget: BodyBudget;
  readonly log: Logger;
  readonly tracer: Tracer | null;
}

/** The I/O thread's HTTP/1.1 server. It reads, checks, hands over and answers; it computes nothing. */
export class HttpServer {
  private readonly server: Server;
  private closing = false;

  constructor(private readonly parts: HttpDependencies) {
    this.server = createServer(
      // Peers keep connections for less, so that none sends into a connection that is just being closed.
      {
        keepAliveTimeout: 75_000,
        requestTimeout: 120_000,
        headersTimeout: 15_000,
        maxHeaderSize: 16 * 1024,
        noDelay: true,
      },
      (request, response) => this.handle(request, response),
    );
    this.server.maxRequestsPerSocket = 0;
  }

  /** The bound port. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, 1024, () => resolve());
    });
    return (this.server.address() as AddressInfo).port;
  }

  /** Answers what is in flight, asks clients to go, and resolves when the last has gone or after `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    this.closing = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const timer = setTimeout(() => this.server.closeAllConnections(), deadlineMs);
    await closed;
    clearTimeout(timer);
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const { parts } = this;
    let task = '';
    const exchange = new Exchange(
      request,
      response,
      parts.requestTimeoutMs,
      parts.budget.open(),
      () => this.closing,
      (refusal, cause) => {
        parts.metrics.failure(task, refusal.code);
        if (refusal.status === 500)
          parts.log.error(
            { err: cause, url: request.url, correlationId: request.headers['x-correlation-id'] },
            'a request failed',
          );
      },
    );
    try {
      const route = routeOf(request.method!, request.url!);
      if (route.name === 'model') {
        task = parts.tasks.current(route.task) ? route.task : '';
        exchange.span = this.trace(request, route);
      }
      void this.dispatch(exchange, route).catch((error: unknown) => exchange.fail(error));
    } catch (error) {
      exchange.fail(error);
    }
  }

  private trace({ method, headers }: IncomingMessage, { task, action }: Route & { name: 'model' }): TraceSpan | null {
    const name = `${method} /v2/models/{task}/${action}`;
    return this.parts.tracer?.serve(name, headers, { 'http.request.method': method!, 'ratchet.task': task }) ?? null;
  }

  private async dispatch(exchange: Exchange, route: Route): Promise<void> {
    const { tasks, infer, classify, metrics, ready, index } = this.parts;
    switch (route.name) {
      case 'server':
        return exchange.json(200, serverMetadata);
      case 'live':
        return exchange.json(200, { live: true });
      case 'ready':
        return exchange.json(ready() ? 200 : 503, { ready: ready() });
      case 'metrics':
        return exchange.send(200, metrics.contentType, await metrics.text());
      case 'index':
        return exchange.json(200, index(await readIndexRequest(exchange)));
      case 'order':
        throw refusedOrder();
      case 'model':
        break;
    }
    switch (route.action) {
      case 'infer':
        return infer.handle(exchange, route);
      case 'classify':
        return classify.handle(exchange, route);
      case 'metadata':
        return exchange.json(200, modelMetadata(tasks.find(route.task, route.version)));
      case 'ready':
        tasks.find(route.task, route.version);
        if (!ready()) throw new Refusal(503, 'not_ready', 'The inferencer is not ready.', 1);
        return exchange.json(200, { name: route.task, ready: true });
    }
  }
}
