import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, classifyAnswer, type RatchetClient } from '@ratchet/contracts';

export interface TrafficReport {
  readonly requests: number;
  /** Requests that ended without a valid answer. */
  readonly failures: number;
  /** Connections that broke and were tried again, as any client of a restarting server must. */
  readonly reconnects: number;
  readonly firstFailure: string | null;
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  /** Answers per deployment generation. */
  readonly generations: Readonly<Record<number, number>>;
}

const lanes = 2;
const pauseMs = 25;
const reconnectForMs = 60_000;

/** Sends images to the gateway, a few at a time, from `start` until `stop`, and counts what came back. */
export class Traffic {
  private readonly latencies: number[] = [];
  private readonly generations: Record<number, number> = {};
  private readonly stopped = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private failures = 0;
  private reconnects = 0;
  private firstFailure: string | null = null;

  constructor(
    private readonly client: RatchetClient,
    private readonly task: string,
    private readonly images: readonly Uint8Array[],
  ) {}

  start(): void {
    this.running = Promise.all(Array.from({ length: lanes }, (_, lane) => this.drive(lane)));
  }

  async stop(): Promise<TrafficReport> {
    this.stopped.abort();
    await this.running;
    return this.report();
  }

  report(): TrafficReport {
    const sorted = Float64Array.from(this.latencies).sort();
    const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return {
      requests: sorted.length + this.failures,
      failures: this.failures,
      reconnects: this.reconnects,
      firstFailure: this.firstFailure,
      latencyMs: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) },
      generations: { ...this.generations },
    };
  }

  private async drive(lane: number): Promise<void> {
    for (let i = lane; !this.stopped.signal.aborted; i += lanes) {
      await this.classify(this.images[i % this.images.length]);
      await sleep(pauseMs);
    }
  }

  private async classify(image: Uint8Array): Promise<void> {
    const began = performance.now();
    for (;;) {
      try {
        const response = await this.client.send('POST', `/v2/models/${this.task}/classify`, {
          body: image as RequestInit['body'],
          headers: { 'content-type': 'application/octet-stream' },
          signal: AbortSignal.timeout(30_000),
        });
        const answer = classifyAnswer.parse(await response.json());
        this.generations[answer.generation] = (this.generations[answer.generation] ?? 0) + 1;
        this.latencies.push(performance.now() - began);
        return;
      } catch (error) {
        const connectionBroke = error instanceof TypeError; // what fetch rejects with when there is no answer at all
        if (connectionBroke && performance.now() - began < reconnectForMs && !this.stopped.signal.aborted) {
          this.reconnects++;
          await sleep(100);
          continue;
        }
        this.failures++;
        this.firstFailure ??= error instanceof ApiProblem ? `HTTP ${error.status}: ${error.message}` : String(error);
        return;
      }
    }
  }
}
