import { type RpcCall, RpcRefusal, rpcStatus, RpcUnreachable } from '@ratchet/grpc';
import type { TraceSpan } from '@ratchet/telemetry';
import type { Logger } from 'pino';
import type { FleetMember } from '../fleet.member';
import type { FleetRouter } from '../fleet.router';
import { chooseMember, everybodyBusy, nobodyReached, Refused } from '../refusal';

const UNAVAILABLE = rpcStatus(503);

type Outcome =
  | { readonly kind: 'answered'; readonly answer: Buffer }
  | { readonly kind: 'refused'; readonly refusal: RpcRefusal }
  | { readonly kind: 'unreachable'; readonly cause: Error }
  /** The client left. */
  | { readonly kind: 'broken' };

/** Hands calls to the fleet as they are. What finds nobody at home, or somebody too busy, is sent once more, elsewhere. */
export class RpcForwarder {
  constructor(
    private readonly router: FleetRouter,
    private readonly timeoutMs: number,
    private readonly log: Logger,
  ) {}

  /** @throws RpcRefusal the inferencer's own words; Refused */
  async forward(
    call: RpcCall,
    task: string,
    correlationId: string,
    span: TraceSpan | null = null,
  ): Promise<{ readonly answer: Buffer; readonly retried: boolean }> {
    const tried = new Set<FleetMember>();
    let member = this.choose(task, tried);
    let outcome = await this.traced(call, member, correlationId, span);
    let retried = false;
    const busy = () => outcome.kind === 'refused' && outcome.refusal.status === UNAVAILABLE;
    if (outcome.kind === 'unreachable' || busy()) {
      const other = this.another(task, tried) ?? (outcome.kind === 'unreachable' ? member : null);
      if (!other) throw everybodyBusy();
      this.log.debug(
        { correlationId, from: member.url, to: other.url, why: outcome.kind },
        'asking another inferencer',
      );
      retried = true;
      member = other;
      outcome = await this.traced(call, member, correlationId, span);
    }
    if (outcome.kind === 'answered') return { answer: outcome.answer, retried };
    if (outcome.kind === 'refused') throw outcome.refusal;
    if (outcome.kind === 'broken') throw new Refused(504, 'cancelled', 'The client does not wait any more.');
    this.log.warn({ correlationId, inferencer: member.url, cause: outcome.cause.message }, 'a prediction failed');
    throw nobodyReached();
  }

  private async traced(
    call: RpcCall,
    member: FleetMember,
    correlationId: string,
    span: TraceSpan | null,
  ): Promise<Outcome> {
    const hop = span?.call(call.method, { 'rpc.system': 'grpc', 'server.address': member.url });
    const outcome = await this.attempt(call, member, { 'x-correlation-id': correlationId, ...hop?.headers() });
    hop?.end({}, outcome.kind === 'answered' ? undefined : outcome.kind);
    return outcome;
  }

  private async attempt(
    call: RpcCall,
    member: FleetMember,
    headers: Readonly<Record<string, string>>,
  ): Promise<Outcome> {
    const given = new AbortController();
    const leave = member.enter((reason) => given.abort(reason));
    const onLeft = () => given.abort(new Error('the client left'));
    call.signal.addEventListener('abort', onLeft, { once: true });
    try {
      const answer = await member.rpc!.ask({
        method: call.method,
        message: call.message,
        headers,
        deadline: Math.min(call.deadline, Date.now() + this.timeoutMs),
        signal: given.signal,
      });
      return { kind: 'answered', answer };
    } catch (error) {
      if (call.signal.aborted) return { kind: 'broken' };
      if (error instanceof RpcRefusal) return { kind: 'refused', refusal: error };
      if (!given.signal.aborted && !(error instanceof RpcUnreachable)) throw error;
      member.failed();
      return { kind: 'unreachable', cause: error as Error };
    } finally {
      leave();
      call.signal.removeEventListener('abort', onLeft);
    }
  }

  /** Whom it names counts as tried. @throws Refused */
  private choose(task: string, tried: Set<FleetMember>): FleetMember {
    for (;;) {
      const member = chooseMember(this.router, task, tried);
      tried.add(member);
      if (member.rpc) return member;
    }
  }

  private another(task: string, tried: Set<FleetMember>): FleetMember | null {
    try {
      return this.choose(task, tried);
    } catch {
      return null; // everybody was asked
    }
  }
}
