import fs from 'node:fs/promises';
import path from 'node:path';
import {
  type CandidateGate,
  type TrialCheckpoints,
  type TrialLeases,
  type TrialOrder,
  type TrialProgress,
  type TrialReports,
} from '@ratchet/database';
import {
  LeaseLost,
  leaseRenewMs,
  maxCrashes,
  objectKeys,
  type FailureCause,
  type MetricPoint,
  type ObjectStore,
} from '@ratchet/domain';
import type { Logger } from 'pino';
import type { RunOrder } from './child.protocol';
import { untilReachable } from './patience';
import { TrialChild, type ChildEnd, type ChildHandlers } from './trial.child';
import { TrialLog } from './trial.log';

/** What every run of this trainer shares. */
export interface RunResources {
  readonly leases: TrialLeases;
  readonly reports: TrialReports;
  readonly checkpoints: TrialCheckpoints;
  readonly gate: CandidateGate;
  readonly store: ObjectStore;
  readonly logger: Logger;
  readonly trainerName: string;
  readonly scratchRoot: string;
  readonly compute: Pick<RunOrder, 'device' | 'threads' | 'packDirectory' | 'packBytes'>;
}

const STOP_MS = 8_000;

/**
 * One trial under its lease, from the first child process to the state it is left in. Only this class writes about the
 * trial, and only while the lease holds; once it is lost the child is killed and nothing more is written.
 */
export class TrialRun {
  private readonly lost = new AbortController();
  private child: TrialChild | null = null;
  private wish: 'none' | 'stop' | 'cancel' = 'none';
  private step = 0;
  private points: MetricPoint[] = [];
  private reporting = false;
  private lastWrite: Promise<unknown> = Promise.resolve();
  private readonly logger: Logger;

  constructor(
    private readonly order: TrialOrder,
    private readonly resources: RunResources,
  ) {
    this.logger = resources.logger.child({ trialId: order.lease.trialId, experimentId: order.experimentId });
  }

  /** Hands the trial back to the queue, after a checkpoint if there is time for one. */
  stop(): void {
    if (this.wish !== 'none') return;
    this.wish = 'stop';
    this.child?.stop();
    setTimeout(() => this.child?.kill(), STOP_MS).unref();
  }

  /** What was computed since the last checkpoint is given up. */
  cancel(): void {
    this.wish = 'cancel';
    this.child?.kill();
  }

  /** Never rejects. */
  async finish(): Promise<void> {
    const renewal = setInterval(() => void this.renew(), leaseRenewMs);
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
    let { attempt } = this.order;
    for (let crashes = 0; ;) {
      const end = await this.runChild(attempt);
      if (this.lost.signal.aborted) throw new LeaseLost(lease.trialId);
      if (end.kind === 'completed')
        return this.conclude(() => this.resources.reports.completed(lease, end.weightsDigest));
      if (end.kind === 'failed') return this.conclude(() => this.resources.reports.failed(lease, end.cause));
      if (this.wish === 'cancel') return this.conclude(() => this.resources.reports.cancelled(lease));
      if (this.wish === 'stop') return this.write(() => this.resources.leases.release(lease));
      if (++crashes >= maxCrashes)
        return this.conclude(() => this.resources.reports.failed(lease, this.crashCause(end)));
      attempt = await this.write(() => this.resources.leases.startAgain(lease));
    }
  }

  /** One process, one attempt, one log. */
  private async runChild(attempt: number): Promise<ChildEnd> {
    const { order, resources } = this;
    const log = new TrialLog(resources.store, order.lease.trialId, attempt, (error) =>
      this.logger.warn({ err: error }, 'The trial log could not be stored.'),
    );
    const scratchDirectory = await fs.mkdtemp(path.join(resources.scratchRoot, 'run-'));
    try {
      const checkpoints = await this.write(() => resources.checkpoints.of(order.lease.trialId));
      if (this.wish !== 'none' || this.lost.signal.aborted) return { kind: 'stopped' };
      const child = new TrialChild();
      this.child = child;
      this.logger.info({ attempt, pid: child.pid }, 'trial starts');
      const end = await child.run(
        { ...order, ...resources.compute, attempt, checkpoints, scratchDirectory },
        this.handlers(log),
      );
      this.logger.info({ attempt, end: end.kind, step: this.step }, 'trial process ended');
      log.info(end.kind === 'crashed' ? `The training process ended with ${end.how}.` : `The run ended: ${end.kind}.`);
      return end;
    } finally {
      this.child?.kill();
      this.child = null;
      await log.close();
      await fs.rm(scratchDirectory, { recursive: true, force: true });
    }
  }

  private handlers(log: TrialLog): ChildHandlers {
    const { lease } = this.order;
    const { reports, checkpoints, gate, trainerName } = this.resources;
    return {
      log: (line) => log.add(line),
      progress: ({ step, points }) => this.reportProgress(step, points),
      started: async (start) => {
        this.step = start.step;
        await this.write(() => reports.started(lease, start));
        return null;
      },
      epoch: async (report) => {
        this.step = report.step;
        await this.write(() => reports.epoch(lease, report));
        return null;
      },
      checkpoint: async ({ record, bestStep }) => {
        const unneeded = await this.write(() => checkpoints.add(lease, record, bestStep));
        await this.deleteObjects(unneeded);
        return null;
      },
      claim: ({ validationAccuracy }) => this.write(() => reports.claimBest(lease, validationAccuracy)),
      candidate: async ({ candidate, predictionsFile }) => {
        const predictions = await fs.readFile(predictionsFile);
        const { promotion } = await this.write(() =>
          gate.decide(lease, { ...candidate, predictions }, `trainer:${trainerName}`),
        );
        this.logger.info({ outcome: promotion.outcome, generation: promotion.generation }, promotion.reason);
        return { outcome: promotion.outcome as 'promoted' | 'kept' | 'vetoed', reason: promotion.reason };
      },
    };
  }

  /** Points gather while an earlier report is on its way, so that a slow database is told less often, not behind time. */
  private reportProgress(step: number, points: readonly MetricPoint[]): void {
    this.step = step;
    this.points.push(...points);
    if (this.reporting) return;
    this.reporting = true;
    let batch: TrialProgress | null = null;
    const send = () => {
      batch ??= { step: this.step, points: this.points.splice(0) };
      this.reporting = false;
      return this.resources.reports.progress(this.order.lease, batch);
    };
    this.write(send).catch((error: unknown) => this.hear(error));
  }

  private async renew(): Promise<void> {
    await this.resources.leases.renew(this.order.lease).catch((error: unknown) => this.hear(error));
  }

  /** A lost lease ends the run whoever notices it; a database that does not answer may be back before it ends. */
  private hear(error: unknown): void {
    if (error instanceof LeaseLost) {
      this.lost.abort();
      this.child?.kill();
    } else this.logger.warn({ err: error }, 'The database did not take a report.');
  }

  /** In the order they were asked for, one at a time, and for as long as it takes the database to answer. */
  private async write<T>(work: () => Promise<T>): Promise<T> {
    const written = this.lastWrite.then(() => untilReachable(work, this.lost.signal));
    this.lastWrite = written.catch(() => undefined);
    try {
      return await written;
    } catch (error) {
      if (error instanceof LeaseLost) this.hear(error);
      throw error;
    }
  }

  /** The trial's end, and nothing left in the store that no row refers to. */
  private async conclude(end: () => Promise<void>): Promise<void> {
    await this.write(end);
    const { trialId } = this.order.lease;
    const kept = new Set((await this.resources.checkpoints.of(trialId)).map((checkpoint) => checkpoint.objectKey));
    const orphans: string[] = [];
    for await (const { key } of this.resources.store.list(objectKeys.checkpoints(trialId)))
      if (!kept.has(key)) orphans.push(key);
    await this.deleteObjects(orphans);
  }

  private async deleteObjects(keys: readonly string[]): Promise<void> {
    try {
      for (const key of keys) await this.resources.store.delete(key);
    } catch (error) {
      this.logger.warn({ err: error }, 'Checkpoints that are no longer needed could not be deleted.');
    }
  }

  private crashCause(end: ChildEnd): FailureCause {
    if (end.kind === 'broken') return end.cause;
    const how = end.kind === 'crashed' ? end.how : end.kind;
    return {
      code: 'crashed',
      message: `Its training process ended ${maxCrashes} times, the last time with ${how}.`,
      step: this.step,
      hint: how.includes('SIGKILL')
        ? 'The system may have run out of memory: try a smaller batch size or network, or fewer trials at once.'
        : "See the trial's log for the last words of the process.",
    };
  }
}
