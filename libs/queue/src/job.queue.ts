import type { JobName, JobPayload } from '@ratchet/contracts';
import { Unavailable } from '@ratchet/domain';
import Bull from 'bull';
import { checkPayload } from './job.payload';
import { JobConsumer, type JobHandler } from './job.consumer';
import { connectionOf } from './redis.connection';

export interface QueueOptions {
  /** After how long without a sign of life a consumer's jobs go to another. */
  readonly lockMs?: number;
  /** Hears of connection trouble and of jobs whose handler failed. Never breaks the queue. */
  readonly onError?: (error: Error) => void;
}

export interface ConsumerOptions {
  /** Jobs handled at once by this process. */
  readonly concurrency: number;
}

const PATIENCE_MS = 3000;
const LOCK_MS = 30_000;

/**
 * A queue is a doorbell: the database row says what is to be done, a job says that there is something. So a job may be rung
 * twice and may get lost; who rings keeps ringing (`enqueueAll` of every row still waiting), who answers looks at the row.
 * A job is gone when its handler is through, whether it succeeded or failed: nothing piles up in Redis.
 */
export class JobQueue<N extends JobName> {
  private readonly producer: Bull.Queue;
  private consumer: JobConsumer<N> | null = null;

  constructor(
    private readonly redisUrl: string,
    readonly name: N,
    private readonly options: QueueOptions = {},
  ) {
    this.producer = new Bull(name, {
      // One retry and a deadline for every command: an enqueue over a dead Redis fails instead of waiting for it.
      redis: { ...connectionOf(redisUrl), maxRetriesPerRequest: 1, commandTimeout: PATIENCE_MS },
      prefix: 'ratchet',
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    });
    this.producer.on('error', (error) => this.report(error));
  }

  /**
   * Rings for one thing; while its job waits or runs, again makes no difference.
   * @throws InvalidInput for a payload of another shape or above 8 KB, Unavailable within seconds when Redis is down
   */
  async enqueue(payload: JobPayload<N>): Promise<void> {
    await this.enqueueAll([payload]);
  }

  /** Rings for many things at once. The sweeper's call: every row still waiting, every few seconds. */
  async enqueueAll(payloads: readonly JobPayload<N>[]): Promise<void> {
    const checked = payloads.map((payload) => checkPayload(this.name, payload));
    await this.ask(() =>
      this.producer.addBulk(checked.map(({ id, payload }) => ({ data: payload, opts: { jobId: id } }))),
    );
  }

  /** Takes back a job that still waits. False when it is running or not there. */
  async withdraw(id: string): Promise<boolean> {
    return this.ask(async () => {
      const job = await this.producer.getJob(id);
      if (!job) return false;
      // A running job is locked by its consumer and cannot be removed.
      return job.remove().then(
        () => true,
        (error: unknown) => {
          if (error instanceof Error && error.message.startsWith('Could not remove job')) return false;
          throw error;
        },
      );
    });
  }

  /** How many jobs wait and how many run. */
  async counts(): Promise<{ waiting: number; active: number }> {
    const { waiting, active } = await this.ask(() => this.producer.getJobCounts());
    return { waiting, active };
  }

  /** Resolves when Redis answers. @throws Unavailable otherwise */
  async check(): Promise<void> {
    await this.ask(() => this.producer.client.ping());
  }

  /**
   * Handles jobs until `close`. A handler that rejects ends its job all the same: what is to become of the row is the
   * handler's business. Its signal is aborted when the queue closes. Waits through a Redis that goes away and returns.
   */
  process(handler: JobHandler<N>, { concurrency }: ConsumerOptions): void {
    if (this.consumer) throw new Error(`The queue '${this.name}' has a handler already.`);
    this.consumer = new JobConsumer(this.redisUrl, this.name, handler, {
      concurrency,
      lockMs: this.options.lockMs ?? LOCK_MS,
      onError: (error) => this.report(error),
    });
  }

  /**
   * Takes no further job, aborts the signals of running handlers and waits for them up to `graceMs`;
   * a job whose handler is not through by then goes to another consumer once its lock has run out.
   */
  async close({ graceMs = 30_000 }: { graceMs?: number } = {}): Promise<void> {
    await this.consumer?.close(graceMs);
    await this.producer.close(true);
  }

  private async ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw new Unavailable(
        `The job queue '${this.name}'`,
        'Redis does not answer: see that it runs and that REDIS_URL is right.',
        {
          cause: error,
        },
      );
    }
  }

  private report(error: Error): void {
    try {
      this.options.onError?.(error);
    } catch {
      // an observer cannot break the queue
    }
  }
}
