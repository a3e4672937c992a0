import type { IncomingMessage, ServerResponse } from 'node:http';
import { NotFound, TooManyRequests } from '@ratchet/domain';
import type { Tracer, TraceSpan } from '@ratchet/telemetry';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import type { FleetMember } from './fleet.member';
import type { FleetRouter } from './fleet.router';
import { serverMetadata } from './server.metadata';
import { chooseMember, everybodyBusy, nobodyReached, refusalOf, takeTurn, tooLate } from './refusal';
import { forwardedBody } from './request.body';
import type { TokenBuckets } from './token.bucket';
import { attempt, type AttemptOutcome, forwardedHeaders } from './upstream';

export interface GatewayOptions {
  readonly replayBytes: number;
  readonly limitBytes: number;
  /** How long a body may take to arrive. */
  readonly bodyMs: number;
}
/** Whoever may predict. @throws Unauthenticated, Forbidden, Unavailable */
export type Authenticate = (request: IncomingMessage) => Promise<{ readonly id: string }>;

const modelPath = /^\/v2\/models\/([^/?]{1,200})(?:\/|\?|$)/;
const acceptableId = /^[\w.-]{8,64}$/;

/**
 * The fleet's front door: everything under `/v2` goes to an inferencer that serves the task and comes back as it is.
 * A request that finds nobody at home, or somebody too busy, is sent once more, elsewhere.
 */
export class Gateway {
  constructor(
    private readonly router: FleetRouter,
    private readonly authenticate: Authenticate,
    private readonly buckets: TokenBuckets,
    private readonly options: GatewayOptions,
    private readonly log: Logger,
    private readonly observe: (status: number, retried: boolean) => void = () => undefined,
    private readonly tracer: Tracer | null = null,
  ) {}

  /** Whether the request is the gateway's; it is answered then. The repository of models is administration, not traffic. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url!;
    if (url.startsWith('/v2/repository/')) return false;
    if (!url.startsWith('/v2') || (url.length > 3 && url[3] !== '/' && url[3] !== '?')) return false;
    const given = request.headers['x-correlation-id'];
    const correlationId = typeof given === 'string' && acceptableId.test(given) ? given : uuidv7();
    response.setHeader('x-correlation-id', correlationId);
    response.setHeader('x-content-type-options', 'nosniff');
    const span = this.trace(request, response, url, correlationId);
    void this.serve(request, response, url, correlationId, span).catch((error: unknown) =>
      this.refuse(request, response, error, correlationId),
    );
    return true;
  }

  /** Of predictions only, until the last byte of the answer has left. */
  private trace(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    correlationId: string,
  ): TraceSpan | null {
    if (!this.tracer || !modelPath.test(url)) return null;
    const method = request.method!;
    const span = this.tracer.serve(`${method} /v2/models/{task}`, request.headers, {
      'http.request.method': method,
      'url.path': url.split('?', 1)[0],
      'ratchet.correlation_id': correlationId,
    });
    response.once('close', () => {
      const status = response.statusCode;
      const failure = status >= 500 ? response.statusMessage : response.writableFinished ? undefined : 'broke off';
      span.end({ 'http.response.status_code': status }, failure);
    });
    return span;
  }

  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    correlationId: string,
    span: TraceSpan | null,
  ): Promise<void> {
    const path = url.split('?', 1)[0].replace(/\/$/, '');
    if (path === '/v2/health/live') return answer(response, 200, { live: true });
    if (path === '/v2/health/ready')
      return answer(response, this.router.ready() ? 200 : 503, { ready: this.router.ready() });
    const caller = await this.authenticate(request);
    if (path === '/v2') return answer(response, 200, serverMetadata);
    const task = modelPath.exec(url)?.[1];
    if (!task) throw new NotFound('address', path.slice(0, 200));
    takeTurn(this.buckets, caller.id);
    await this.forward(request, response, url, task, correlationId, span);
  }

  private async forward(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    task: string,
    correlationId: string,
    span: TraceSpan | null,
  ): Promise<void> {
    const { replayBytes, limitBytes, bodyMs } = this.options;
    const tried = new Set<FleetMember>();
    const first = chooseMember(this.router, task, tried);
    const body = await forwardedBody(request, replayBytes, limitBytes, bodyMs);
    const headers = forwardedHeaders(request.headers, correlationId);
    const send = async (member: FleetMember, mayRetry: boolean): Promise<AttemptOutcome> => {
      tried.add(member);
      const hop = span?.call(request.method!, {
        'http.request.method': request.method!,
        'url.full': member.url + path,
      });
      const sent = { method: request.method!, path, headers: { ...headers, ...hop?.headers() }, body: body.open() };
      const outcome = await attempt(member, sent, { request, response }, mayRetry);
      if (outcome.kind === 'answered') hop?.end({ 'http.response.status_code': outcome.status });
      else hop?.end({ 'error.type': outcome.kind }, 'cause' in outcome ? outcome.cause.message : outcome.kind);
      return outcome;
    };
    let member = first;
    let outcome = await send(member, true);
    if (outcome.kind === 'unreachable') member.failed();
    const again = outcome.kind === 'unreachable' || outcome.kind === 'busy';
    const other = again && body.replayable() && !response.closed ? this.another(task, tried, outcome, member) : null;
    if (other) {
      this.log.debug(
        { correlationId, from: member.url, to: other.url, why: outcome.kind },
        'asking another inferencer',
      );
      member = other;
      outcome = await send(member, false);
      if (outcome.kind === 'unreachable') member.failed();
    }
    this.conclude(response, outcome, member, correlationId);
    this.observe(response.statusCode, other !== null);
  }

  /** Somebody who was not asked; the same one over a new connection when the old one broke and there is nobody else. */
  private another(
    task: string,
    tried: ReadonlySet<FleetMember>,
    outcome: AttemptOutcome,
    member: FleetMember,
  ): FleetMember | null {
    return this.router.choose(task, tried) ?? (outcome.kind === 'unreachable' ? member : null);
  }

  private conclude(
    response: ServerResponse,
    outcome: AttemptOutcome,
    member: FleetMember,
    correlationId: string,
  ): void {
    if (outcome.kind === 'answered' || outcome.kind === 'broken' || response.closed) return;
    if (outcome.kind === 'refused') throw outcome.cause;
    const cause = outcome.kind === 'unreachable' ? outcome.cause.message : outcome.kind;
    this.log.warn({ correlationId, inferencer: member.url, cause }, 'a prediction failed');
    if (outcome.kind === 'late') throw tooLate();
    if (outcome.kind === 'busy') throw everybodyBusy();
    throw nobodyReached();
  }

  private refuse(request: IncomingMessage, response: ServerResponse, error: unknown, correlationId: string): void {
    const { status, code, message } = refusalOf(error);
    if (status === 500) this.log.error({ correlationId, err: error }, 'the gateway failed');
    this.observe(status, false);
    if (response.headersSent || response.closed) return void response.destroy();
    if (error instanceof TooManyRequests) response.setHeader('retry-after', String(error.retryAfterSeconds));
    else if (status === 503) response.setHeader('retry-after', '1');
    if (!request.complete) response.setHeader('connection', 'close'); // a body refused unread is not waited for
    answer(response, status, { error: message, code, message, correlationId });
  }
}

/** Speaks the protocol's language (`error`) and the API's (`code`, `message`, `correlationId`) at once. */
function answer(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
