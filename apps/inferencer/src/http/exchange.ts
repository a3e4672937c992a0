import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { TraceSpan } from '@ratchet/telemetry';
import type { Prediction } from '../serving/prediction';
import type { BodyShare } from './body.reader';
import { Refusal, refusalOf } from './refusal';

/** Clients may ask for less than the configured time, never for more. */
export const TIMEOUT_HEADER = 'x-request-timeout-ms';

/** One request and its one answer. Whatever comes first answers: success, an error, or the deadline. */
export class Exchange {
  readonly startedAt = performance.now();
  answered = false;
  bodyRead = false;
  /** Null unless this request is traced. */
  span: TraceSpan | null = null;
  private prediction: Prediction | null = null;
  private readonly timer: NodeJS.Timeout;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    mostMs: number,
    /** Of the memory that bodies may take; given back when this is over. */
    readonly share: BodyShare,
    private readonly closing: () => boolean,
    private readonly onRefused: (refusal: Refusal, cause: unknown) => void,
  ) {
    const asked = Number(request.headers[TIMEOUT_HEADER]);
    const timeoutMs = asked > 0 && asked < mostMs ? asked : mostMs;
    this.timer = setTimeout(() => this.expire(timeoutMs), timeoutMs);
    response.on('close', () => this.finish());
  }

  /** The prediction that is dropped when the client leaves or the deadline passes. */
  awaits(prediction: Prediction): void {
    this.prediction = prediction;
    if (this.answered) prediction.abandon();
  }

  send(status: number, type: string, body: string | Buffer, headers?: OutgoingHttpHeaders): void {
    if (this.answered) return;
    this.answered = true;
    clearTimeout(this.timer);
    const { response } = this;
    const all: OutgoingHttpHeaders = {
      'content-type': type,
      'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength,
      ...headers,
    };
    if (this.closing() || (!this.bodyRead && this.hasBody())) all.connection = 'close';
    response.writeHead(status, all);
    response.end(body);
  }

  json(status: number, value: unknown, headers?: OutgoingHttpHeaders): void {
    this.send(status, 'application/json', JSON.stringify(value), headers);
  }

  fail(error: unknown): void {
    if (this.answered) return;
    const refusal = refusalOf(error);
    this.onRefused(refusal, error);
    const headers = refusal.retryAfter === null ? undefined : { 'retry-after': String(refusal.retryAfter) };
    this.json(refusal.status, { error: refusal.message, code: refusal.code }, headers);
  }

  private expire(timeoutMs: number): void {
    const slow = !this.bodyRead && this.hasBody();
    this.fail(
      slow
        ? new Refusal(408, 'slow_request', `The request did not arrive within ${timeoutMs} ms.`)
        : new Refusal(504, 'deadline', `No answer within ${timeoutMs} ms.`),
    );
    this.prediction?.abandon();
  }

  private finish(): void {
    const { statusCode: status, statusMessage, writableFinished } = this.response;
    const failure = status >= 500 ? statusMessage : writableFinished ? undefined : 'broke off';
    this.span?.end({ 'http.response.status_code': status }, failure);
    clearTimeout(this.timer);
    this.answered = true;
    this.share.release();
    this.prediction?.abandon();
  }

  private hasBody(): boolean {
    const { headers } = this.request;
    return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  }
}
