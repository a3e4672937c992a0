import type { DesiredDeployment, ServedModel } from '@ratchet/domain';
import type { Logger } from 'pino';
import type { ServingMetrics } from '../metrics/serving.metrics';
import { ModelVersion } from '../serving/model.version';
import type { Scheduler } from '../serving/scheduler';
import type { Seats } from '../serving/served.tasks';
import type { ThreadPool } from '../serving/thread.pool';
import type { ModelLoader } from './model.loader';
import { retryDelayMs } from './retry.delay';

export interface SwapParts {
  /** Where its models are published. */
  readonly seats: Seats;
  readonly scheduler: Scheduler;
  readonly pool: ThreadPool;
  readonly loader: ModelLoader;
  readonly metrics: ServingMetrics;
  readonly log: Logger;
  /** How long requests of a replaced version may still take. */
  readonly drainMs: number;
  /** Called at every change of `report()`. */
  readonly onChange: () => void;
}

interface Attempt {
  readonly digest: string;
  readonly abandon: AbortController;
}

/**
 * Keeps one task at its newest order. The newest generation wins: an older load in flight is abandoned. The old version
 * serves until the new one is published and drains afterwards. A failed load changes nothing and is tried again.
 */
export class TaskReconciler {
  private order: DesiredDeployment;
  private orderedAt = performance.now();
  private attempt: Attempt | null = null;
  private failure: string | null = null;
  private retry: NodeJS.Timeout | null = null;
  private readonly draining = new Set<ModelVersion>();

  constructor(
    order: DesiredDeployment,
    private readonly parts: SwapParts,
  ) {
    this.order = order;
    this.pursue(1);
  }

  get desired(): DesiredDeployment {
    return this.order;
  }

  /** Orders that are not newer than the last one are ignored, unless the task is another one of the same name. */
  aspire(order: DesiredDeployment): void {
    if (order.taskId === this.order.taskId && order.generation <= this.order.generation) {
      if (order.generation === this.order.generation) this.order = order; // its challenger may be another one
      return;
    }
    this.order = order;
    this.orderedAt = performance.now();
    this.failure = null;
    if (this.serving() || this.attempt?.digest !== order.digest) this.pursue(1);
    this.parts.onChange();
  }

  /** The task is gone: nothing of it serves any more once its requests are answered. */
  async withdraw(): Promise<void> {
    this.stop();
    const old = this.parts.seats.withdraw(this.order.task);
    if (old) await this.drain(old);
  }

  /** Abandons what is in flight. What serves goes on serving. */
  stop(): void {
    this.attempt?.abandon.abort(new Error('a newer order came'));
    this.attempt = null;
    if (this.retry) clearTimeout(this.retry);
  }

  report(): ServedModel[] {
    const { task, digest, generation } = this.order;
    const current = this.parts.seats.current(task);
    const models: ServedModel[] = [];
    if (current) models.push({ ...nameOf(current), state: 'SERVING', swapMs: current.swapMs });
    for (const version of this.draining) models.push({ ...nameOf(version), state: 'DRAINING' });
    if (this.failure) models.push({ task, digest, generation, state: 'FAILED', error: this.failure.slice(0, 1000) });
    else if (this.attempt) models.push({ task, digest, generation, state: 'LOADING' });
    return models;
  }

  /** Whether the order is served already; the version then takes the order's generation. */
  private serving(): boolean {
    const current = this.parts.seats.current(this.order.task);
    if (!current || current.digest !== this.order.digest || current.taskId !== this.order.taskId) return false;
    current.generation = this.order.generation;
    return true;
  }

  private pursue(attemptNumber: number): void {
    this.stop();
    if (this.serving()) return;
    const attempt = { digest: this.order.digest, abandon: new AbortController() };
    this.attempt = attempt;
    void this.load(attempt).catch((error: Error) => {
      if (this.attempt !== attempt) return;
      this.attempt = null;
      this.fail(error, attemptNumber);
    });
  }

  private async load(attempt: Attempt): Promise<void> {
    const { loader, pool, scheduler, seats, metrics, log } = this.parts;
    const serial = await loader.load(this.order, attempt.abandon.signal);
    if (this.attempt !== attempt) return pool.unload(serial);
    this.attempt = null;
    this.failure = null;
    const version = new ModelVersion(serial, this.order, performance.now() - this.orderedAt);
    scheduler.add(version);
    const old = seats.publish(version);
    metrics.swapped('done');
    const { task, generation, digest, swapMs } = version;
    log.info({ task, generation, digest, swapMs, replaces: old?.digest }, 'a model went live');
    this.parts.onChange();
    if (old) await this.drain(old);
  }

  private fail(error: Error, attemptNumber: number): void {
    this.failure = error.message;
    this.parts.metrics.swapped('failed');
    const wait = retryDelayMs(attemptNumber, error) * (0.8 + 0.4 * Math.random());
    const { task, generation, digest } = this.order;
    this.parts.log.error(
      { task, generation, digest, cause: error.message, retryMs: wait },
      'a model could not be loaded',
    );
    this.retry = setTimeout(() => this.pursue(attemptNumber + 1), wait);
    this.parts.onChange();
  }

  private async drain(version: ModelVersion): Promise<void> {
    const { scheduler, pool, drainMs, log, onChange } = this.parts;
    this.draining.add(version);
    const drained = await version.retire(drainMs);
    if (!drained) log.warn({ digest: version.digest, inUse: version.inUse }, 'a replaced model did not drain in time');
    scheduler.remove(version);
    await pool.unload(version.serial);
    this.draining.delete(version);
    onChange();
  }
}

const nameOf = ({ task, digest, generation }: ModelVersion) => ({ task, digest, generation });
