import {
  decodeIndexRequest,
  decodeModelAddress,
  encodeIndexResponse,
  encodeModelMetadata,
  encodeServerMetadata,
  encodeYesOrNo,
  type ModelIndexEntry,
  type RpcCall,
} from '@ratchet/grpc';
import type { Tracer } from '@ratchet/telemetry';
import type { Logger } from 'pino';
import type { BodyBudget } from '../http/body.reader';
import { modelMetadata, serverMetadata } from '../http/metadata';
import { refusalOf } from '../http/refusal';
import type { ServingMetrics } from '../metrics/serving.metrics';
import { refusedOrder } from '../repository/model.index';
import type { ServedTasks } from '../serving/served.tasks';
import { RpcExchange } from './rpc.exchange';
import type { RpcInfer } from './rpc.infer';

export interface RpcDependencies {
  readonly tasks: ServedTasks;
  readonly infer: RpcInfer;
  readonly metrics: ServingMetrics;
  /** Whether requests can be served now. */
  readonly ready: () => boolean;
  readonly index: (which: { readonly ready: boolean }) => ModelIndexEntry[];
  readonly requestTimeoutMs: number;
  readonly budget: BodyBudget;
  readonly log: Logger;
  readonly tracer: Tracer | null;
}

/** Answers gRPC calls on the I/O thread: it reads, checks, hands over and answers; it computes nothing. */
export class RpcService {
  constructor(private readonly parts: RpcDependencies) {}

  /** @throws RpcRefusal */
  handle(call: RpcCall): Promise<Buffer> {
    const { budget, requestTimeoutMs, metrics, log } = this.parts;
    let task = '';
    let cause: unknown;
    const exchange = new RpcExchange(call, requestTimeoutMs, budget.open(), (refusal) => {
      metrics.failure(task, refusal.code);
      if (refusal.status === 500)
        log.error(
          { err: cause, method: call.method, correlationId: call.header('x-correlation-id') },
          'a request failed',
        );
    });
    const noteTask = (name: string) => (task = this.parts.tasks.current(name) ? name : '');
    void this.dispatch(exchange, noteTask).catch((error: unknown) => exchange.fail(refusalOf((cause = error))));
    return exchange.answer;
  }

  private async dispatch(exchange: RpcExchange, noteTask: (name: string) => void): Promise<void> {
    const { method, message } = exchange.call;
    const { tasks, infer, ready, index } = this.parts;
    switch (method) {
      case 'ServerLive':
        return exchange.send(encodeYesOrNo(true));
      case 'ServerReady':
        return exchange.send(encodeYesOrNo(ready()));
      case 'ServerMetadata':
        return exchange.send(encodeServerMetadata(serverMetadata));
      case 'RepositoryIndex':
        return exchange.send(encodeIndexResponse(index(decodeIndexRequest(message))));
      case 'RepositoryModelLoad':
      case 'RepositoryModelUnload':
        throw refusedOrder();
    }
    const { model, version } = decodeModelAddress(message);
    noteTask(model);
    switch (method) {
      case 'ModelReady':
        return exchange.send(encodeYesOrNo(ready() && isServed(tasks, model, version)));
      case 'ModelMetadata':
        return exchange.send(encodeModelMetadata(modelMetadata(tasks.find(model, version || null))));
      case 'ModelInfer':
        exchange.span = this.parts.tracer?.serve(method, traceContext(exchange.call), rpcAttributes(model)) ?? null;
        return infer.handle(exchange);
    }
  }
}

const rpcAttributes = (task: string) => ({ 'rpc.system': 'grpc', 'ratchet.task': task });
const traceContext = (call: RpcCall) => ({
  traceparent: call.header('traceparent'),
  tracestate: call.header('tracestate'),
});

function isServed(tasks: ServedTasks, model: string, version: string): boolean {
  const served = tasks.current(model);
  return served !== undefined && (version === '' || version === String(served.generation));
}
