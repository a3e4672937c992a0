import { atLeast, Forbidden, InvalidInput, TooManyRequests } from '@ratchet/domain';
import {
  decodeIndexRequest,
  decodeModelAddress,
  decodeRepositoryOrder,
  encodeIndexResponse,
  encodeServerMetadata,
  encodeYesOrNo,
  type RpcCall,
  type RpcHead,
  RpcRefusal,
  rpcStatus,
} from '@ratchet/grpc';
import type { Tracer, TraceSpan } from '@ratchet/telemetry';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import { actorOf } from '../../http/caller';
import type { ModelRepository } from '../../repository/model.repository';
import type { CallingRequest, Person } from '../caller.cache';
import type { FleetRouter } from '../fleet.router';
import { refusalOf, takeTurn } from '../refusal';
import { serverMetadata } from '../server.metadata';
import type { TokenBuckets } from '../token.bucket';
import { RpcForwarder } from './rpc.forwarder';

const acceptableId = /^[\w.-]{8,64}$/;
const nothing = Buffer.alloc(0);

/** The fleet's front door over gRPC: the same keys, limits and choices as over HTTP, and messages that are not decoded. */
export class GrpcGateway {
  private readonly forwarder: RpcForwarder;
  /** What anybody may ask. */
  private readonly open: ReadonlyMap<RpcHead['method'], () => Buffer> = new Map([
    ['ServerLive', () => encodeYesOrNo(true)],
    ['ServerReady', () => encodeYesOrNo(this.router.ready())],
  ]);

  /** @param authenticate @throws Unauthenticated, Forbidden, Unavailable */
  constructor(
    private readonly router: FleetRouter,
    private readonly authenticate: (request: CallingRequest) => Promise<Person>,
    private readonly buckets: TokenBuckets,
    private readonly repository: Pick<ModelRepository, 'index' | 'load' | 'unload'>,
    timeoutMs: number,
    private readonly log: Logger,
    private readonly observe: (code: string, retried: boolean) => void = () => undefined,
    private readonly tracer: Tracer | null = null,
  ) {
    this.forwarder = new RpcForwarder(router, timeoutMs, log);
  }

  /** Whether a call's message is to be read: nobody without a key may fill this process's memory. @throws RpcRefusal */
  async admit(head: RpcHead): Promise<void> {
    if (this.open.has(head.method)) return;
    try {
      await this.authenticate(credentialsOf(head));
    } catch (error) {
      throw this.refusal(error, correlationIdOf(head));
    }
  }

  /** @throws RpcRefusal */
  async handle(call: RpcCall): Promise<Buffer> {
    const correlationId = correlationIdOf(call);
    const span = call.method === 'ModelInfer' ? this.trace(call, correlationId) : null;
    let failure: string | undefined = 'refused';
    try {
      const answer = await this.serve(call, correlationId, span);
      failure = undefined;
      return answer;
    } catch (error) {
      throw this.refusal(error, correlationId);
    } finally {
      span?.end({}, failure);
    }
  }

  private refusal(error: unknown, correlationId: string): RpcRefusal {
    if (error instanceof RpcRefusal) return error;
    const { status, code, message } = refusalOf(error);
    if (status === 500) this.log.error({ correlationId, err: error }, 'the gateway failed');
    this.observe(code, false);
    const retryAfter = error instanceof TooManyRequests ? error.retryAfterSeconds : status === 503 ? 1 : null;
    const words = status === 500 ? `${message} It is ${correlationId}.` : message;
    return new RpcRefusal(rpcStatus(status), code, words, retryAfter);
  }

  private trace(call: RpcCall, correlationId: string): TraceSpan | null {
    const headers = { traceparent: call.header('traceparent'), tracestate: call.header('tracestate') };
    const attributes = { 'rpc.system': 'grpc', 'ratchet.correlation_id': correlationId };
    return this.tracer?.serve(call.method, headers, attributes) ?? null;
  }

  private async serve(call: RpcCall, correlationId: string, span: TraceSpan | null): Promise<Buffer> {
    const { method, message } = call;
    const open = this.open.get(method);
    if (open) return open();
    const caller = await this.authenticate(credentialsOf(call)); // known since it was admitted, unless revoked since
    switch (method) {
      case 'ServerMetadata':
        return encodeServerMetadata(serverMetadata);
      case 'RepositoryIndex':
        assertAdministrator(caller);
        return encodeIndexResponse(await this.repository.index(decodeIndexRequest(message)));
      case 'RepositoryModelLoad':
      case 'RepositoryModelUnload':
        assertAdministrator(caller);
        return this.order(method, message, actorOf(caller));
    }
    takeTurn(this.buckets, caller.id);
    const { model } = decodeModelAddress(message);
    if (method === 'ModelReady' && !this.router.choose(model, new Set())) return encodeYesOrNo(false);
    const { answer, retried } = await this.forwarder.forward(call, model, correlationId, span);
    this.observe('ok', retried);
    return answer;
  }

  private async order(
    method: 'RepositoryModelLoad' | 'RepositoryModelUnload',
    message: Buffer,
    actor: string,
  ): Promise<Buffer> {
    const { model, parameters } = decodeRepositoryOrder(message);
    if (method === 'RepositoryModelUnload') await this.repository.unload(model, actor);
    else if (parameters > 0) throw new InvalidInput('parameters', 'must be empty: a task loads its champion as it is.');
    else await this.repository.load(model, actor);
    return nothing;
  }
}

const credentialsOf = (head: RpcHead): CallingRequest => ({ headers: { authorization: head.header('authorization') } });

function correlationIdOf(head: RpcHead): string {
  const given = head.header('x-correlation-id');
  return given !== undefined && acceptableId.test(given) ? given : uuidv7();
}

function assertAdministrator({ role }: Person): void {
  if (!atLeast(role, 'admin')) throw new Forbidden(`This takes the role admin; you are ${role}.`);
}
