import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { InvalidInput, RatchetError } from '@ratchet/domain';
import type { Dispatcher } from 'undici';
import type { FleetMember } from './fleet.member';

/** Between two neighbours only, or ours to set, or nobody's business further on. */
const notForwarded = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'authorization',
  'cookie',
]);

const unsendable = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);

export function forwardedHeaders(
  headers: IncomingHttpHeaders,
  correlationId: string,
): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !notForwarded.has(name)) kept[name] = value;
  }
  kept['x-correlation-id'] = correlationId;
  return kept;
}

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | Readable | null;
}

/** How an attempt ended: answered for good, or with nothing sent to the client yet. */
export type AttemptOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'busy' }
  | { readonly kind: 'unreachable'; readonly cause: Error }
  | { readonly kind: 'late' }
  /** The request itself cannot be sent. */
  | { readonly kind: 'refused'; readonly cause: Error }
  /** The client left, or the answer broke off after its beginning had been passed on. */
  | { readonly kind: 'broken' };

/**
 * Sends the request to one member and passes its answer on as it comes in. With `mayRetry`, a 503 is kept back.
 * Never rejects.
 */
export function attempt(
  member: FleetMember,
  request: UpstreamRequest,
  client: { readonly request: IncomingMessage; readonly response: ServerResponse },
  mayRetry: boolean,
): Promise<AttemptOutcome> {
  const { response } = client;
  return new Promise<AttemptOutcome>((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let keptBack = false;
    let settled = false;
    const abort = (reason: Error) => controller?.abort(reason);
    const leave = member.enter(abort);
    const onClose = () => abort(new Error('the client left'));
    const onDrain = () => controller?.resume();
    const settle = (outcome: AttemptOutcome) => {
      if (settled) return;
      settled = true;
      leave();
      response.off('close', onClose).off('drain', onDrain);
      resolve(outcome);
    };
    response.on('close', onClose).on('drain', onDrain);
    member.pool.dispatch(request as Dispatcher.DispatchOptions, {
      onRequestStart(started) {
        controller = started;
        if (response.closed) onClose();
      },
      onResponseStart(_, status, headers) {
        if (status === 503 && mayRetry) keptBack = true;
        else response.writeHead(status, answerHeaders(headers));
      },
      onResponseData(_, chunk) {
        if (!keptBack && !response.write(chunk)) controller?.pause();
      },
      onResponseEnd() {
        if (keptBack) return settle({ kind: 'busy' });
        response.end();
        return settle({ kind: 'answered', status: response.statusCode });
      },
      onResponseError(_, error) {
        if (response.headersSent) {
          response.destroy(); // a half-sent answer must not look whole
          return settle({ kind: 'broken' });
        }
        if (response.closed) return settle({ kind: 'broken' });
        if (error instanceof RatchetError) return settle({ kind: 'refused', cause: error });
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'UND_ERR_HEADERS_TIMEOUT') return settle({ kind: 'late' });
        if (code !== undefined && unsendable.has(code))
          return settle({
            kind: 'refused',
            cause: new InvalidInput('request', `cannot be passed on (${error.message}).`),
          });
        return settle({ kind: 'unreachable', cause: error });
      },
    });
  });
}

function answerHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    connection: _connection,
    'keep-alive': _keepAlive,
    'transfer-encoding': _encoding,
    date: _date,
    ...kept
  } = headers;
  return kept;
}
