import {
  Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerInterceptor,
  ServerInterceptingCall,
  type ServerUnaryCall,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { Conflict } from '@ratchet/domain';
import { methodAt, methodPath, type RpcMethod, rpcMethods } from './methods';
import { CODE_TRAILER, RETRY_AFTER_TRAILER, RpcRefusal } from './rpc.refusal';

/** What a call says before its message. */
export interface RpcHead {
  readonly method: RpcMethod;
  /** The first value of a metadata key. */
  header(name: string): string | undefined;
}

/** One call as it came: its message is not decoded. */
export interface RpcCall extends RpcHead {
  readonly message: Buffer;
  /** When the client stops waiting, in milliseconds since 1970; Infinity when it said nothing. */
  readonly deadline: number;
  /** Aborted when the client has left or its deadline has passed. */
  readonly signal: AbortSignal;
}

/** Answers an encoded message. @throws RpcRefusal */
export type RpcHandler = (call: RpcCall) => Promise<Buffer>;

export interface RpcServerOptions {
  /** Messages above this are refused before memory is set aside for them. */
  readonly limitBytes: number;
  /** Bytes of messages in hand at once; a call beyond them is refused, and what it sent is let go. No bound where it is left out. */
  readonly budgetBytes?: number;
  /** Asked of every call before its message is read; everybody is welcome where it is left out. @throws RpcRefusal */
  readonly admit?: (head: RpcHead) => Promise<void>;
}

const asItIs = (bytes: Buffer) => bytes;
/** Calls at once over one connection; what comes beyond waits at the client. */
const MOST_STREAMS = 1024;

/** A server of the protocol's methods. Messages pass as bytes, so that a gateway need not understand them. */
export class RpcServer {
  private readonly server: Server;

  constructor(handler: RpcHandler, { limitBytes, budgetBytes = Infinity, admit }: RpcServerOptions) {
    const bounded = withinBudget(handler, budgetBytes);
    this.server = new Server({
      'grpc.max_receive_message_length': limitBytes,
      'grpc.max_concurrent_streams': MOST_STREAMS,
      'grpc.so_reuseport': 0,
      interceptors: admit ? [inOurWords, admission(admit)] : [inOurWords],
    });
    const answer = (method: RpcMethod) => (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
      void bounded(describe(method, call)).then(
        (message) => done(null, message),
        (error: unknown) => done(failureOf(error)),
      );
    this.server.addService(serviceDefinition, Object.fromEntries(rpcMethods.map((m) => [m, answer(m)])));
  }

  /**
   * The bound port.
   * @param mend how to choose another port
   * @throws Conflict when it cannot be listened on
   */
  async listen(host: string, port: number, mend: string): Promise<number> {
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return new Promise<number>((resolve, reject) => {
      this.server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
        if (!error) return resolve(bound);
        const why = error.message.includes('EADDRINUSE') ? 'is taken by another process' : `refused: ${error.message}`;
        reject(new Conflict(`Port ${port} for gRPC on ${host} ${why}: ${mend}.`, { host, port }));
      });
    });
  }

  /** Answers what is in flight and resolves when the last has gone or after `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    const timer = setTimeout(() => this.server.forceShutdown(), deadlineMs);
    await new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
    clearTimeout(timer);
  }
}

/** From the moment a message has arrived until it is answered; how large it will be is not known before. */
function withinBudget(handler: RpcHandler, budgetBytes: number): RpcHandler {
  let taken = 0;
  return async (call) => {
    const bytes = call.message.byteLength;
    if (taken + bytes > budgetBytes)
      throw new RpcRefusal(
        status.UNAVAILABLE,
        'full',
        `Messages of ${taken} bytes are in hand, and this has ${bytes}; ${budgetBytes} bytes are allowed together. Ask again later.`,
        1,
      );
    taken += bytes;
    try {
      return await handler(call);
    } finally {
      taken -= bytes;
    }
  };
}

const serviceDefinition: ServiceDefinition = Object.fromEntries(
  rpcMethods.map((method) => [
    method,
    {
      path: methodPath(method),
      requestStream: false,
      responseStream: false,
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    },
  ]),
);

/** What the library says of a message above the limit, compressed or not. */
const tooLarge =
  /^Received message (?:larger than max \((\d+) vs (\d+)\)|that decompresses to a size larger than (\d+))$/;

/** The library answers messages above the limit itself, past all interceptors: its words are replaced on their way out. */
const inOurWords: ServerInterceptor = (_, call) => {
  const send = call.sendStatus.bind(call);
  call.sendStatus = (ended) => {
    const found = ended.code === status.RESOURCE_EXHAUSTED && ended.details ? tooLarge.exec(ended.details) : null;
    if (!found) return send(ended);
    const [, size, most, mostUnpacked] = found;
    const has = size ? `${size} bytes` : 'decompressed, more';
    const words = `message: has ${has}; at most ${most ?? mostUnpacked} bytes are allowed. Send fewer or smaller images in one call.`;
    send({ ...ended, ...failureOf(new RpcRefusal(status.RESOURCE_EXHAUSTED, 'too_large', words)) });
  };
  return new ServerInterceptingCall(call);
};

/** Reading begins when a call's head is passed on: what is refused here has sent nothing that was kept. */
const admission =
  (admit: NonNullable<RpcServerOptions['admit']>): ServerInterceptor =>
  ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) =>
            void admit({ method: methodAt(path), header: (name) => firstValue(metadata, name) }).then(
              () => pass(metadata),
              (error: unknown) => call.sendStatus(failureOf(error)),
            ),
        }),
    });

function firstValue(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return value === undefined ? undefined : String(value);
}

function describe(method: RpcMethod, call: ServerUnaryCall<Buffer, Buffer>): RpcCall {
  const left = new AbortController();
  if (call.cancelled) left.abort();
  else call.on('cancelled', () => left.abort());
  return {
    method,
    message: call.request,
    deadline: Number(call.getDeadline()),
    signal: left.signal,
    header: (name) => firstValue(call.metadata, name),
  };
}

function failureOf(error: unknown) {
  const refusal =
    error instanceof RpcRefusal ? error : new RpcRefusal(status.INTERNAL, 'internal', 'The server failed.');
  const metadata = new Metadata();
  metadata.set(CODE_TRAILER, refusal.code);
  if (refusal.retryAfter !== null) metadata.set(RETRY_AFTER_TRAILER, String(refusal.retryAfter));
  return { code: refusal.status, details: refusal.message, metadata };
}
