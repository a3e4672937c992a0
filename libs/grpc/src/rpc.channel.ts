import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { methodPath, type RpcMethod } from './methods';
import { CODE_TRAILER, RETRY_AFTER_TRAILER, RpcRefusal } from './rpc.refusal';

const FIRST_RECONNECT_MS = 100;
/** A server that is back is found within this. */
const LONGEST_RECONNECT_MS = 1_000;

/** The server could not be asked, or went away before it answered. */
export class RpcUnreachable extends Error {}

export interface RpcQuestion {
  readonly method: RpcMethod;
  readonly message: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** Gives the question up. */
  readonly signal: AbortSignal;
}

const asItIs = (bytes: Buffer) => bytes;

/** A connection to one server, made when it is first needed and again when it broke. Messages pass as bytes. */
export class RpcChannel {
  private readonly client: Client;

  /** @param url `http://host:port`: connections within a fleet are not encrypted */
  constructor(url: string) {
    this.client = new Client(new URL(url).host, credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': FIRST_RECONNECT_MS,
      'grpc.min_reconnect_backoff_ms': FIRST_RECONNECT_MS,
      'grpc.max_reconnect_backoff_ms': LONGEST_RECONNECT_MS,
      'grpc.enable_retries': 0,
      'grpc.max_receive_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_channelz': 0,
    });
  }

  /** The server's answer. @throws RpcRefusal the server's own; RpcUnreachable; the signal's reason */
  async ask({ method, message, headers, deadline, signal }: RpcQuestion): Promise<Buffer> {
    signal.throwIfAborted();
    const metadata = new Metadata();
    for (const name in headers) metadata.set(name, headers[name]);
    return new Promise<Buffer>((resolve, reject) => {
      const options = { deadline: deadline === Infinity ? Infinity : new Date(deadline) };
      const call = this.client.makeUnaryRequest(
        methodPath(method),
        asItIs,
        asItIs,
        message,
        metadata,
        options,
        (error, answer) => {
          signal.removeEventListener('abort', onAbort);
          if (error) reject(signal.aborted ? signal.reason : failureOf(error));
          else resolve(answer!);
        },
      );
      const onAbort = () => call.cancel();
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  close(): void {
    this.client.close();
  }
}

function failureOf({ code, details, metadata }: ServiceError): Error {
  const [ours] = metadata.get(CODE_TRAILER);
  const [retryAfter] = metadata.get(RETRY_AFTER_TRAILER);
  if (ours !== undefined)
    return new RpcRefusal(code, String(ours), details, retryAfter === undefined ? null : Number(retryAfter));
  if (code === status.DEADLINE_EXCEEDED) return new RpcRefusal(code, 'deadline', 'No answer before the deadline.');
  // A connection that breaks under a call ends it in different ways, depending on how far it had come.
  if (code === status.UNAVAILABLE || code === status.INTERNAL || code === status.UNKNOWN || code === status.CANCELLED)
    return new RpcUnreachable(details);
  return new RpcRefusal(code, status[code].toLowerCase(), details);
}
