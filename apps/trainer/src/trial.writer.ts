import fs from 'node:fs/promises';
import type {
  CandidateGate,
  TrialCheckpoints,
  TrialLease,
  TrialLeases,
  TrialProgress,
  TrialReports,
} from '@ratchet/database';
import { LeaseLost, objectKeys, type MetricPoint, type ObjectStore } from '@ratchet/domain';
import type { Logger } from 'pino';
import { untilReachable } from './patience';
import type { ChildHandlers } from './trial.child';
import type { TrialLog } from './trial.log';

/** Where trials are written about. */
export interface TrialRecords {
  readonly leases: TrialLeases;
  readonly reports: TrialReports;
  readonly checkpoints: TrialCheckpoints;
  readonly gate: CandidateGate;
  readonly store: ObjectStore;
  readonly trainerName: string;
}

/**
 * All that is written about one trial, in the order it was asked for, while the lease holds. A database that does not
 * answer is waited for; a lease that is lost ends everything.
 */
export class TrialWriter {
  private readonly over = new AbortController();
  private lastWrite: Promise<unknown> = Promise.resolve();
  private points: MetricPoint[] = [];
  private reporting = false;
  /** Steps completed, as last heard. */
  step = 0;

  constructor(
    private readonly lease: TrialLease,
    private readonly records: TrialRecords,
    private readonly logger: Logger,
  ) {}

  /** Aborted once the lease is lost. */
  get lost(): AbortSignal {
    return this.over.signal;
  }

  /** @throws LeaseLost, or what the database refused */
  async write<T>(work: () => Promise<T>): Promise<T> {
    const written = this.lastWrite.then(() => untilReachable(work, this.lost));
    this.lastWrite = written.catch(() => undefined);
    try {
      return await written;
    } catch (error) {
      if (error instanceof LeaseLost) this.over.abort();
      throw error;
    }
  }

  /** Never rejects: a database that does not answer now may be back before the lease ends. */
  async renew(): Promise<void> {
    await this.records.leases.renew(this.lease).catch((error: unknown) => this.hear(error));
  }

  /** What a child tells and asks, but for memory. */
  handlers(log: TrialLog): Omit<ChildHandlers, 'memory'> {
    const { lease } = this;
    const { reports, checkpoints, gate, trainerName } = this.records;
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
        await this.deleteObjects(await this.write(() => checkpoints.add(lease, record, bestStep)));
        return null;
      },
      claim: ({ validationAccuracy }) => this.write(() => reports.claimBest(lease, validationAccuracy)),
      candidate: async ({ candidate, predictionsFile }) => {
        const predictions = await fs.readFile(predictionsFile);
        const { promotion, verdict } = await this.write(() =>
          gate.decide(lease, { ...candidate, predictions }, `trainer:${trainerName}`),
        );
        this.logger.info({ outcome: verdict.outcome, generation: promotion.generation }, verdict.reason);
        return { outcome: verdict.outcome, reason: verdict.reason };
      },
    };
  }

  /** Writes the trial's end, and leaves nothing in the store that no row refers to. */
  async conclude(end: () => Promise<void>): Promise<void> {
    await this.write(end);
    const { trialId } = this.lease;
    const kept = new Set((await this.records.checkpoints.of(trialId)).map((checkpoint) => checkpoint.objectKey));
    const orphans: string[] = [];
    for await (const { key } of this.records.store.list(objectKeys.checkpoints(trialId)))
      if (!kept.has(key)) orphans.push(key);
    await this.deleteObjects(orphans);
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
      return this.records.reports.progress(this.lease, batch);
    };
    this.write(send).catch((error: unknown) => this.hear(error));
  }

  private hear(error: unknown): void {
    if (error instanceof LeaseLost) this.over.abort();
    else this.logger.warn({ err: error }, 'The database did not take a report.');
  }

  private async deleteObjects(keys: readonly string[]): Promise<void> {
    try {
      for (const key of keys) await this.records.store.delete(key);
    } catch (error) {
      this.logger.warn({ err: error }, 'Checkpoints that are no longer needed could not be deleted.');
    }
  }
}
