import type { FailureCause, MetricPoint } from '@ratchet/domain';
import type { DataSource, EntityManager } from 'typeorm';
import { notifyLive } from '../live/live-notice';
import { claimBest, withdrawClaims } from './gate-claim';
import { announceTrial, lockLeased, type LeasedTrial, type TrialLease } from './trial-lease';

/** Points of one live event: a point takes about 70 bytes of the 8000 that a notice may have. */
const POINTS_PER_EVENT = 80;

export interface TrialStart {
  readonly device: string;
  readonly totalSteps: number;
  /** Where it goes on from; 0 for a fresh start. */
  readonly step: number;
  readonly versions: Readonly<Record<string, string>>;
}

export interface TrialProgress {
  readonly step: number;
  readonly points: readonly MetricPoint[];
}

export interface EpochReport extends TrialProgress {
  /** Counts from 1. */
  readonly epoch: number;
  readonly bestEpoch: number;
  readonly bestValidationAccuracy: number;
  /** Validation confusion `[actual][predicted]`, given when this epoch is the best. */
  readonly confusion: readonly (readonly number[])[] | null;
}

/** What a running trial says of itself. Every write is fenced by the lease and throws `LeaseLost` once it is gone. */
export class TrialReports {
  constructor(private readonly database: DataSource) {}

  started(lease: TrialLease, start: TrialStart): Promise<void> {
    return this.fenced(lease, async (manager, trial) => {
      await manager.query('UPDATE trials SET device = $2, total_steps = $3, step = $4, versions = $5 WHERE id = $1', [
        lease.trialId,
        start.device,
        start.totalSteps,
        start.step,
        JSON.stringify(start.versions),
      ]);
      await announceTrial(manager, lease.trialId, { ...trial, ...start }, 'RUNNING');
    });
  }

  /** Adds points to the trial's curves; points that a resumed trial repeats change nothing. */
  progress(lease: TrialLease, { step, points }: TrialProgress): Promise<void> {
    return this.fenced(lease, async (manager, trial) => {
      await manager.query('UPDATE trials SET step = $2 WHERE id = $1', [lease.trialId, step]);
      await addPoints(manager, lease.trialId, trial, points);
      await announceTrial(manager, lease.trialId, { ...trial, step }, 'RUNNING');
    });
  }

  epoch(lease: TrialLease, report: EpochReport): Promise<void> {
    return this.fenced(lease, async (manager, trial) => {
      await manager.query(
        `UPDATE trials SET step = $2, epoch = $3, best_epoch = $4, best_validation_accuracy = $5,
                confusion = COALESCE($6::jsonb, confusion) WHERE id = $1`,
        [
          lease.trialId,
          report.step,
          report.epoch,
          report.bestEpoch,
          report.bestValidationAccuracy,
          report.confusion && JSON.stringify(report.confusion),
        ],
      );
      await addPoints(manager, lease.trialId, trial, report.points);
      await announceTrial(manager, lease.trialId, { ...trial, step: report.step }, 'RUNNING');
    });
  }

  /** Whether this validation accuracy is the task's best, strictly; if so, its model may ask the gate. */
  claimBest(lease: TrialLease, validationAccuracy: number): Promise<boolean> {
    return this.database.transaction((manager) => claimBest(manager, lease, validationAccuracy));
  }

  completed(lease: TrialLease, weightsDigest: string): Promise<void> {
    return this.ended(lease, 'COMPLETED', { weightsDigest });
  }

  failed(lease: TrialLease, cause: FailureCause): Promise<void> {
    return this.ended(lease, 'FAILED', { cause });
  }

  cancelled(lease: TrialLease): Promise<void> {
    return this.ended(lease, 'CANCELLED', {});
  }

  private ended(
    lease: TrialLease,
    state: 'COMPLETED' | 'FAILED' | 'CANCELLED',
    { weightsDigest = null, cause = null }: { weightsDigest?: string | null; cause?: FailureCause | null },
  ): Promise<void> {
    return this.fenced(lease, async (manager, trial) => {
      await withdrawClaims(manager, [lease.trialId]);
      await manager.query(
        `UPDATE trials SET state = $2, weights_digest = $3, cause = $4, finished_at = now(),
                leased_by = NULL, lease_expires_at = NULL WHERE id = $1`,
        [lease.trialId, state, weightsDigest, cause && JSON.stringify(cause)],
      );
      await announceTrial(manager, lease.trialId, trial, state);
    });
  }

  private fenced(
    lease: TrialLease,
    write: (manager: EntityManager, trial: LeasedTrial) => Promise<void>,
  ): Promise<void> {
    return this.database.transaction(async (manager) => write(manager, await lockLeased(manager, lease)));
  }
}

async function addPoints(
  manager: EntityManager,
  trialId: string,
  { experimentId }: LeasedTrial,
  points: readonly MetricPoint[],
): Promise<void> {
  const finite = points
    .filter((point) => Number.isFinite(point.value))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.step - b.step));
  if (finite.length === 0) return;
  await manager.query(
    `INSERT INTO metrics (trial_id, name, step, value)
     SELECT $1, * FROM unnest($2::text[], $3::int[], $4::double precision[]) ON CONFLICT DO NOTHING`,
    [trialId, finite.map((p) => p.name), finite.map((p) => p.step), finite.map((p) => p.value)],
  );
  for (let first = 0; first < finite.length; first += POINTS_PER_EVENT)
    await notifyLive(manager, {
      type: 'metrics',
      trialId,
      experimentId,
      points: finite.slice(first, first + POINTS_PER_EVENT),
    });
}
