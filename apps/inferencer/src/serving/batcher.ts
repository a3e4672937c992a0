import type { ModelVersion } from './model.version';
import type { Prediction } from './prediction';

/** Images `start`..`start + count` of one prediction, which travel in one batch. */
export interface Part {
  readonly prediction: Prediction;
  readonly start: number;
  readonly count: number;
}

export interface Batch {
  readonly parts: readonly Part[];
  /** Images in all parts. */
  readonly count: number;
}

export interface BatchLimits {
  /** Images in one batch. */
  readonly batch: number;
  /** Images waiting; more are refused. */
  readonly queue: number;
  /** How long an incomplete batch may wait for company. 0: it leaves as soon as a thread is free. */
  readonly delayMs: number;
}

/** Batches of this length at most: on a CPU more images in a batch save nothing, they only wait for each other. */
const BATCH_TARGET_MS = 20;
/** Work below this is not worth spreading over threads. */
const SPREAD_FROM_MS = 0.5;

/** The queue of one model version, and the choice of what goes into the next batch. Pure: knows no threads. */
export class Batcher {
  private parts: Part[] = [];
  private head = 0;
  private images = 0;
  private millisPerImage = 0;

  constructor(
    readonly version: ModelVersion,
    private readonly limits: BatchLimits,
  ) {}

  /** Images waiting. */
  get waiting(): number {
    return this.images;
  }

  fits(count: number): boolean {
    return this.images + count <= this.limits.queue;
  }

  add(prediction: Prediction): void {
    this.parts.push({ prediction, start: 0, count: prediction.count });
    this.images += prediction.count;
  }

  /** Puts parts back in front, in their old order. */
  putBack(parts: readonly Part[]): void {
    this.parts = [...parts, ...this.parts.slice(this.head)];
    this.head = 0;
    for (const part of parts) this.images += part.count;
  }

  /**
   * Milliseconds until a batch may leave: 0 when one may leave now, Infinity when nothing waits.
   * `now` is on the clock of `performance.now()`.
   */
  readyIn(now: number): number {
    this.dropSettled();
    if (this.images === 0) return Infinity;
    if (this.limits.delayMs === 0 || this.images >= this.limits.batch) return 0;
    return Math.max(0, this.parts[this.head].prediction.admittedAt + this.limits.delayMs - now);
  }

  /** The next batch for one of `freeThreads` threads; null when nothing waits. Settled predictions are left out. */
  take(freeThreads: number): Batch | null {
    this.dropSettled();
    if (this.images === 0) return null;
    const limit = this.batchLimit(freeThreads);
    const parts: Part[] = [];
    let count = 0;
    while (count < limit && this.head < this.parts.length) {
      const part = this.parts[this.head];
      if (part.prediction.settled) {
        this.skip(part);
        continue;
      }
      const alone = part.prediction.failures > 0;
      if (alone && count > 0) break;
      const room = limit - count;
      if (part.count <= room) {
        parts.push(part);
        count += part.count;
        this.skip(part);
      } else {
        parts.push({ ...part, count: room });
        this.parts[this.head] = { ...part, start: part.start + room, count: part.count - room };
        this.images -= room;
        count += room;
      }
      if (alone) break;
    }
    this.compact();
    return count === 0 ? null : { parts, count };
  }

  /** Learns how long an image takes, to size batches by time and not only by number. */
  observe(count: number, millis: number): void {
    const sample = millis / count;
    this.millisPerImage = this.millisPerImage === 0 ? sample : 0.9 * this.millisPerImage + 0.1 * sample;
  }

  /** How long a thread will be busy with so many images, by what was observed; Infinity before anything was. */
  expectedMs(count: number): number {
    return this.millisPerImage === 0 ? Infinity : count * this.millisPerImage;
  }

  /** Every unsettled prediction that waits, removed from the queue. */
  drain(): Prediction[] {
    const waiting = new Set(this.parts.slice(this.head).map((part) => part.prediction));
    this.parts = [];
    this.head = 0;
    this.images = 0;
    return [...waiting].filter((prediction) => !prediction.settled);
  }

  private batchLimit(freeThreads: number): number {
    if (this.millisPerImage === 0) return this.limits.batch;
    const byTime = Math.max(1, Math.floor(BATCH_TARGET_MS / this.millisPerImage));
    const spread =
      this.images * this.millisPerImage > SPREAD_FROM_MS ? Math.ceil(this.images / freeThreads) : this.images;
    return Math.max(1, Math.min(this.limits.batch, byTime, spread));
  }

  private dropSettled(): void {
    while (this.head < this.parts.length && this.parts[this.head].prediction.settled) this.skip(this.parts[this.head]);
    this.compact();
  }

  private skip(part: Part): void {
    this.head++;
    this.images -= part.count;
  }

  private compact(): void {
    if (this.head < 64 || this.head * 2 < this.parts.length) return;
    this.parts = this.parts.slice(this.head);
    this.head = 0;
  }
}
