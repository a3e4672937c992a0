import type { ModelVersion } from './model.version';

/** Why a prediction was not made. `retryable`: another attempt, here or elsewhere, may succeed. */
export class PredictionRefused extends Error {
  constructor(
    readonly reason: 'full' | 'deadline' | 'cancelled' | 'failed' | 'crashed',
    message: string,
  ) {
    super(message);
  }
}

/** Milliseconds. */
export interface PredictionTimings {
  readonly queue: number;
  readonly infer: number;
}

export type PredictionOutcome =
  { readonly probabilities: Float32Array; readonly timings: PredictionTimings } | PredictionRefused;

/**
 * Images of one request on their way through a model version, all answered by that same version.
 * Settled exactly once; what arrives later is ignored.
 */
export class Prediction {
  readonly admittedAt = performance.now();
  settled = false;
  /** Batches that failed with it on board. After the first it travels alone, so that it can harm no other. */
  failures = 0;
  private probabilities: Float32Array | null = null;
  private answered = 0;
  private queueMs = 0;
  private inferMs = 0;

  constructor(
    readonly version: ModelVersion,
    /** uint8 `[count, height, width, channels]`, in memory of its own. */
    readonly images: Uint8Array,
    readonly count: number,
    private readonly onSettled: (outcome: PredictionOutcome) => void,
  ) {
    version.acquire();
  }

  /** Part of the answer: `probabilities` `[count, classes]` of the images from `start` on. */
  fill(start: number, count: number, probabilities: Float32Array, startedAt: number, inferMs: number): void {
    if (this.settled) return;
    this.queueMs = Math.max(this.queueMs, startedAt - this.admittedAt);
    this.inferMs += inferMs;
    const classes = this.version.classes.length;
    if (count === this.count) this.probabilities = probabilities;
    else (this.probabilities ??= new Float32Array(this.count * classes)).set(probabilities, start * classes);
    this.answered += count;
    if (this.answered === this.count)
      this.settle({ probabilities: this.probabilities!, timings: { queue: this.queueMs, infer: this.inferMs } });
  }

  /** Nobody waits for the answer any more. */
  abandon(): void {
    if (this.settled) return; // as nearly always: an error, with its stack, would cost more than the rest of a request
    this.settle(new PredictionRefused('cancelled', 'Nobody waits for the answer any more.'));
  }

  settle(outcome: PredictionOutcome): void {
    if (this.settled) return;
    this.settled = true;
    this.version.release();
    this.onSettled(outcome);
  }
}
