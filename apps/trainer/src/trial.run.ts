import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrialOrder } from '@ratchet/database';
import { bytesInWords, LeaseLost, leaseRenewMs, maxCrashes, type FailureCause } from '@ratchet/domain';
import type { Logger } from 'pino';
import type { RunOrder } from './child.protocol';
import type { MemoryLedger } from './memory.ledger';
import { TrialChild, type ChildEnd } from './trial.child';
import { TrialLog } from './trial.log';
import { TrialWriter, type TrialRecords } from './trial.writer';

/** What every run of this trainer shares. */
export interface RunResources extends TrialRecords {
  readonly logger: Logger;
  readonly scratchRoot: string;
  readonly compute: Pick<RunOrder, 'devices' | 'threads' | 'packDirectory' | 'packBytes'>;
  readonly memory: MemoryLedger;
}

/** For a checkpoint to be written after a stop was asked for. */
const STOP_MS = 8_000;
/** Between tries while a service or a device that the child needs is away. */
const AWAY_MS = 5_000;

/**
 * One trial under its lease, from the first child process to the state it is left in. Once the lease is lost the child
 * is killed and nothing more is written.
 */
export class TrialRun {
  private readonly writer: TrialWriter;
  private readonly logger: Logger;
  private child: TrialChild | null = null;
  private wish: 'none' | 'stop' | 'cancel' = 'none';
  /** Ends a wait between tries. */
  private readonly wake = new AbortController();

  constructor(
    private readonly order: TrialOrder,
    private readonly resources: RunResources,
  ) {
    this.logger = resources.logger.child({ trialId: order.lease.trialId, experimentId: order.experimentId });
    this.writer = new TrialWriter(order.lease, resources, this.logger);
    this.writer.lost.addEventListener('abort', () => this.interrupt());
  }

  /** Hands the trial back to the queue, after a checkpoint if there is time for one. */
  stop(): void {
    if (this.wish !== 'none') return;
    this.wish = 'stop';
    this.wake.abort();
    this.child?.stop();
    setTimeout(() => this.child?.kill(), STOP_MS).unref();
  }

  /** What was computed since the last checkpoint is given up. */
  cancel(): void {
    this.wish = 'cancel';
    this.interrupt();
  }

  /** Never rejects. */
  async finish(): Promise<void> {
    const renewal = setInterval(() => void this.writer.renew(), leaseRenewMs);
    try {
      await this.attempts();
    } catch (error) {
      if (error instanceof LeaseLost) this.logger.warn(error.message);
      else this.logger.error({ err: error }, 'The trial is left to whoever finds its lease expired.');
    } finally {
      clearInterval(renewal);
    }
  }

  private async attempts(): Promise<void> {
    const { lease } = this.order;
    const { writer } = this;
    const { reports, leases } = this.resources;
    let { attempt } = this.order;
    let crashes = 0;
    while (true) {
      const end = await this.runChild(attempt, crashes);
      if (writer.lost.aborted) throw new LeaseLost(lease.trialId);
      if (end.kind === 'completed') return writer.conclude(() => reports.completed(lease, end.weightsDigest));
      if (end.kind === 'failed') return writer.conclude(() => reports.failed(lease, end.cause));
      if (this.wish === 'none') {
        // A store that is away is nobody's fault: the trial waits for it, as it waits for the database.
        const code = end.kind === 'broken' ? end.cause.code : null;
        if (code !== 'unavailable' && ++crashes >= maxCrashes)
          return writer.conclude(() => reports.failed(lease, this.crashCause(end)));
        if (code === 'unavailable' || code === 'device_unavailable')
          await delay(AWAY_MS, undefined, { signal: this.wake.signal }).catch(() => undefined);
      }
      if (this.wish === 'cancel') return writer.conclude(() => reports.cancelled(lease));
      if (this.wish === 'stop') return writer.write(() => leases.release(lease));
      attempt = await writer.write(() => leases.startAgain(lease));
    }
  }

  /** One process, one attempt, one log. The last try leaves out the device on which the others ended. */
  private async runChild(attempt: number, crashes: number): Promise<ChildEnd> {
    const { order, resources, writer } = this;
    const log = new TrialLog(resources.store, order.lease.trialId, attempt, (error) =>
      this.logger.warn({ err: error }, 'The trial log could not be stored.'),
    );
    const ended = new AbortController();
    const scratchDirectory = await fs.mkdtemp(path.join(resources.scratchRoot, 'run-'));
    try {
      const checkpoints = await writer.write(() => resources.checkpoints.of(order.lease.trialId));
      if (this.wish !== 'none') return { kind: 'stopped' };
      const [suspect, ...others] = resources.compute.devices;
      const avoids = crashes === maxCrashes - 1 && others.length > 0;
      if (avoids) log.info(`The training process ended ${crashes} times: the last try does without ${suspect}.`);
      const child = new TrialChild(resources.compute.threads);
      this.child = child;
      this.logger.info({ attempt, pid: child.pid }, 'trial starts');
      const end = await child.run(
        {
          ...order,
          ...resources.compute,
          memory: resources.memory.total,
          ...(avoids && { devices: others }),
          attempt,
          checkpoints,
          scratchDirectory,
        },
        { ...writer.handlers(log), memory: ({ bytes }) => this.reserve(bytes, ended.signal, log) },
      );
      this.logger.info({ attempt, end: end.kind, step: writer.step }, 'trial process ended');
      log.info(this.lastWords(end));
      return end;
    } finally {
      this.child?.kill();
      this.child = null;
      ended.abort();
      await log.close();
      await fs.rm(scratchDirectory, { recursive: true, force: true });
    }
  }

  /** Waits for memory that other trials of this trainer hold, unless the trial is to stop. */
  private async reserve(bytes: number, until: AbortSignal, log: TrialLog): Promise<null> {
    const { memory } = this.resources;
    if (bytes > memory.free) {
      const waits = `Waits for memory: it needs about ${bytesInWords(bytes)}, other trials leave ${bytesInWords(memory.free)} of ${bytesInWords(memory.total)}.`;
      log.info(waits);
      this.logger.info(waits);
    }
    const stopped = once(this.wake.signal, 'abort', { signal: until }).then(() => {
      throw new Error('The trial was stopped while it waited for memory.');
    });
    await Promise.race([memory.reserve(bytes, until), stopped]);
    return null;
  }

  /** A process that was told to end, or killed from here, did not crash. */
  private lastWords(end: ChildEnd): string {
    if (end.kind !== 'crashed' && end.kind !== 'stopped') return `The run ended: ${end.kind}.`;
    if (this.writer.lost.aborted) return "The trial is no longer this trainer's: its lease ran out.";
    if (this.wish === 'cancel') return 'Cancelled.';
    if (this.wish === 'stop') return 'Handed back to the queue: this trainer stops.';
    return end.kind === 'crashed' ? `The training process ended with ${end.how}.` : 'The run ended: stopped.';
  }

  private interrupt(): void {
    this.wake.abort();
    this.child?.kill();
  }

  private crashCause(end: ChildEnd): FailureCause {
    if (end.kind === 'broken') return end.cause;
    const how = end.kind === 'crashed' ? end.how : end.kind;
    return {
      code: 'crashed',
      message: `Its training process ended ${maxCrashes} times, the last time with ${how}.`,
      step: this.writer.step,
      hint: how.includes('SIGKILL')
        ? 'The system may have run out of memory: try a smaller batch size or network, or fewer trials at once.'
        : "See the trial's log for the last words of the process.",
    };
  }
}
