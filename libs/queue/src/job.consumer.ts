import type { JobName, JobPayload } from '@ratchet/contracts';
import Bull from 'bull';
import { checkPayload } from './job.payload';
import { connectionOf } from './redis.connection';

export type JobHandler<N extends JobName> = (payload: JobPayload<N>, signal: AbortSignal) => Promise<void>;

interface Settings {
  readonly concurrency: number;
  readonly lockMs: number;
  readonly onError: (error: Error) => void;
}

/** The receiving end of a queue. Its commands wait for Redis as long as it takes, unlike the sending end's. */
export class JobConsumer<N extends JobName> {
  private readonly queue: Bull.Queue;
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(redisUrl: string, name: N, handler: JobHandler<N>, { concurrency, lockMs, onError }: Settings) {
    this.queue = new Bull(name, {
      redis: { ...connectionOf(redisUrl), maxRetriesPerRequest: null },
      prefix: 'ratchet',
      settings: {
        lockDuration: lockMs,
        stalledInterval: lockMs,
        // How often a job may lose its consumer is decided where its row is.
        maxStalledCount: 1_000_000,
      },
    });
    this.queue.on('error', onError);
    this.queue.on('failed', (_job, error) => onError(error));
    const handle = async (job: Bull.Job) => {
      const { payload } = checkPayload(name, job.data);
      const run = handler(payload, this.closing.signal);
      this.running.add(run);
      await run.finally(() => this.running.delete(run));
    };
    // Rejects when the connection ends for good, which only `close` brings about.
    this.queue.process(concurrency, handle).catch((error: Error) => {
      if (!this.closing.signal.aborted) onError(error);
    });
  }

  async close(graceMs: number): Promise<void> {
    this.closing.abort();
    await this.queue.pause(true, true).catch(() => undefined); // Redis may be down
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([Promise.allSettled(this.running), grace]);
    clearTimeout(timer);
    // Those that are through still have their end to write; those that are not lose their lock in time.
    await this.queue.close(this.running.size > 0);
  }
}
