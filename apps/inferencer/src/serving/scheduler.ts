import type { Logger } from 'pino';
import { type Batch, Batcher, type BatchLimits } from './batcher';
import { type JobOutcome, ThreadCrashed } from './compute.thread';
import type { ModelVersion } from './model.version';
import { Prediction, type PredictionOutcome, PredictionRefused } from './prediction';
import { StayAwake } from './stay.awake';
import type { Runner, ThreadPool } from './thread.pool';

/** How many batches may fail with one prediction on board before it is given up. */
const MOST_FAILURES = 3;
/** A batch of less is back so soon that the I/O thread waits for it awake. */
const SHORT_MS = 0.5;
/** What may wait in memory for one model version. */
const QUEUE_BYTES = 256 * 2 ** 20;

/**
 * Brings predictions to free threads. Dispatch happens once per turn of the event loop, after everything the sockets
 * had to say was read: requests that arrive together travel together, and none waits for others to come.
 */
export class Scheduler {
  private readonly batchers = new Map<number, Batcher>();
  private readonly awake = new StayAwake();
  private next = 0;
  private scheduled = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly pool: ThreadPool,
    private readonly limits: BatchLimits,
    private readonly log: Logger,
  ) {
    pool.onFree = () => this.schedule();
  }

  add(version: ModelVersion): void {
    const queue = Math.max(1, Math.min(this.limits.queue, Math.floor(QUEUE_BYTES / version.imageBytes)));
    this.batchers.set(version.serial, new Batcher(version, { ...this.limits, queue }));
  }

  /** Refuses what still waits for the version. */
  remove(version: ModelVersion): void {
    const batcher = this.batchers.get(version.serial);
    this.batchers.delete(version.serial);
    for (const prediction of batcher?.drain() ?? [])
      prediction.settle(new PredictionRefused('cancelled', `Model ${version.digest} was unloaded. Ask again.`));
  }

  /** Images waiting for the version. */
  waiting(version: ModelVersion): number {
    return this.batchers.get(version.serial)?.waiting ?? 0;
  }

  /**
   * Queues `count` images (uint8, exactly `count * version.imageBytes` bytes).
   * @throws PredictionRefused('full')
   */
  admit(
    version: ModelVersion,
    images: Uint8Array,
    count: number,
    onSettled: (outcome: PredictionOutcome) => void,
  ): Prediction {
    const batcher = this.batchers.get(version.serial);
    if (!batcher) throw new PredictionRefused('cancelled', `Model ${version.digest} was unloaded. Ask again.`);
    if (!batcher.fits(count))
      throw new PredictionRefused('full', `${batcher.waiting} images wait already. Ask again later or elsewhere.`);
    const prediction = new Prediction(version, images, count, onSettled);
    batcher.add(prediction);
    this.schedule();
    return prediction;
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.dispatch();
    });
  }

  private dispatch(): void {
    const batchers = [...this.batchers.values()];
    const now = performance.now();
    let soonest = Infinity;
    for (const background of [false, true])
      for (let i = 0; i < batchers.length; i++) {
        const batcher = batchers[(this.next + i) % batchers.length];
        if (batcher.version.background !== background) continue;
        let wait: number;
        while ((wait = batcher.readyIn(now)) === 0) {
          if (background && !this.pool.hasSpareRunner()) break;
          const runner = this.pool.takeRunner(batcher.version.serial);
          if (!runner) break;
          const batch = batcher.take(this.pool.freeRunners() + 1);
          if (batch) this.run(batcher, runner, batch);
          else this.pool.giveBack(runner);
        }
        soonest = Math.min(soonest, wait);
      }
    this.next++;
    this.wakeIn(soonest);
  }

  /** For batches that wait for company on purpose. */
  private wakeIn(millis: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = millis > 0 && millis < Infinity ? setTimeout(() => this.dispatch(), millis) : null;
  }

  private run(batcher: Batcher, runner: Runner, batch: Batch): void {
    const { imageBytes, serial } = batcher.version;
    // Always a copy: the originals stay here for another attempt should the thread die.
    const images = Buffer.allocUnsafeSlow(batch.count * imageBytes);
    let offset = 0;
    for (const { prediction, start, count } of batch.parts) {
      images.set(prediction.images.subarray(start * imageBytes, (start + count) * imageBytes), offset);
      offset += count * imageBytes;
    }
    const startedAt = performance.now();
    const job = { type: 'run', serial, images, count: batch.count } as const;
    const short = batcher.expectedMs(batch.count) < SHORT_MS;
    if (short) this.awake.begin();
    const settle = (outcome: JobOutcome) => {
      if (short) this.awake.end();
      this.finish(batcher, runner, batch, startedAt, outcome);
    };
    runner.thread.post(job, settle, [images.buffer as ArrayBuffer]);
  }

  private finish(batcher: Batcher, runner: Runner, batch: Batch, startedAt: number, outcome: JobOutcome): void {
    if (outcome instanceof ThreadCrashed) this.tryAgain(batcher, batch, 'crashed', outcome);
    else if (outcome instanceof Error) this.tryAgain(batcher, batch, 'failed', outcome);
    else this.answer(batcher, batch, startedAt, outcome);
    this.pool.giveBack(runner);
  }

  private answer(batcher: Batcher, batch: Batch, startedAt: number, outcome: { value: unknown; micros: number }): void {
    const probabilities = outcome.value as Float32Array;
    const classes = batcher.version.classes.length;
    const millis = outcome.micros / 1e3;
    batcher.observe(batch.count, millis);
    let row = 0;
    for (const { prediction, start, count } of batch.parts) {
      const rows =
        batch.parts.length === 1 ? probabilities : probabilities.subarray(row * classes, (row + count) * classes);
      prediction.fill(start, count, rows, startedAt, millis);
      row += count;
    }
  }

  /** Predictions of a failed batch go back to the front, each to travel alone, until they have failed too often. */
  private tryAgain(batcher: Batcher, batch: Batch, reason: 'failed' | 'crashed', cause: Error): void {
    this.log.warn({ digest: batcher.version.digest, images: batch.count, cause: cause.message }, 'a batch failed');
    const alone = batch.parts.length === 1;
    for (const prediction of new Set(batch.parts.map((part) => part.prediction))) {
      prediction.failures++;
      const hopeless = prediction.failures >= MOST_FAILURES || (alone && reason === 'failed');
      if (hopeless || !this.batchers.has(batcher.version.serial))
        prediction.settle(new PredictionRefused(reason, `The model could not run: ${cause.message}`));
    }
    batcher.putBack(batch.parts);
    this.schedule();
  }
}
