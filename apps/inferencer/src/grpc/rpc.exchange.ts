import { type RpcCall, RpcRefusal, rpcStatus } from '@ratchet/grpc';
import type { TraceSpan } from '@ratchet/telemetry';
import type { BodyShare } from '../http/body.reader';
import type { Asker } from '../http/prediction.service';
import { Refusal } from '../http/refusal';
import type { Prediction } from '../serving/prediction';

/** One call and its one answer, as `Exchange` is over HTTP. Whatever comes first answers: success, an error, or the deadline. */
export class RpcExchange implements Asker {
  answered = false;
  /** Null unless this call is traced. */
  span: TraceSpan | null = null;
  /** What the client is told. Rejects with RpcRefusal. */
  readonly answer: Promise<Buffer>;
  private prediction: Prediction | null = null;
  private readonly timer: NodeJS.Timeout;
  private resolve!: (message: Buffer) => void;
  private reject!: (refusal: RpcRefusal) => void;

  /**
   * @param mostMs clients may ask for less with their deadline, never for more
   * @param share of the memory that messages may take; given back when this is over
   */
  constructor(
    readonly call: RpcCall,
    mostMs: number,
    readonly share: BodyShare,
    private readonly onRefused: (refusal: Refusal) => void,
  ) {
    this.answer = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    const timeoutMs = Math.max(0, Math.min(mostMs, call.deadline - Date.now()));
    this.timer = setTimeout(
      () => this.fail(new Refusal(504, 'deadline', `No answer within ${Math.round(timeoutMs)} ms.`)),
      timeoutMs,
    );
    call.signal.addEventListener('abort', () =>
      this.fail(new Refusal(504, 'cancelled', 'The client does not wait any more.')),
    );
  }

  /** The prediction that is dropped when the client leaves or the deadline passes. */
  awaits(prediction: Prediction): void {
    this.prediction = prediction;
    if (this.answered) prediction.abandon();
  }

  send(message: Buffer): void {
    if (!this.finish()) return;
    this.span?.end();
    this.resolve(message);
  }

  fail(refusal: Refusal): void {
    if (!this.finish()) return;
    this.span?.end({}, refusal.message);
    this.onRefused(refusal);
    this.reject(new RpcRefusal(rpcStatus(refusal.status), refusal.code, refusal.message, refusal.retryAfter));
    this.prediction?.abandon();
  }

  private finish(): boolean {
    if (this.answered) return false;
    this.answered = true;
    clearTimeout(this.timer);
    this.share.release();
    return true;
  }
}
