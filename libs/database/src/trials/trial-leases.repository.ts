import {
  LeaseLost,
  leaseMs,
  maxAttempts,
  type FailureCause,
  type Hyperparameters,
  type ImageShape,
  type NetworkSpec,
} from '@ratchet/domain';
import type { DataSource, EntityManager } from 'typeorm';
import { withdrawClaims } from './gate-claim';
import { announceTrial, lockLeased, type TrialLease } from './trial-lease';

/** Everything a trainer needs to run a trial. */
export interface TrialOrder {
  readonly lease: TrialLease;
  readonly experimentId: string;
  readonly taskId: string;
  /** 1 for the first start; rises with every start. */
  readonly attempt: number;
  readonly network: NetworkSpec;
  readonly hyperparameters: Hyperparameters;
  readonly input: ImageShape;
  /** The task's class list: what the network's outputs mean. */
  readonly classes: readonly string[];
  /** Digests of the manifest that is trained on and of the one whose gate split judges. */
  readonly datasetDigest: string;
  readonly gateDigest: string;
}

export interface LeaseHolder {
  readonly trainerId: string;
  readonly name: string;
}

interface TakenRow extends Omit<TrialOrder, 'lease'> {
  token: string;
  step: number;
  totalSteps: number | null;
}

const tookTooMany: FailureCause = {
  code: 'lost_too_often',
  message: `Its trainer vanished ${maxAttempts} times while it ran.`,
  hint: 'Look for what ends the trainers: memory, disk or the machine. Then retry the trial.',
};

/** Who may run which trial. The database's clock alone decides when a lease is over. */
export class TrialLeases {
  constructor(private readonly database: DataSource) {}

  /**
   * Takes a queued or lost trial. Of any number of concurrent takers one gets it.
   * @returns null when there is nothing to take: somebody has it, or it has ended
   */
  async take(trialId: string, holder: LeaseHolder): Promise<TrialOrder | null> {
    return this.database.transaction(async (manager) => {
      const [taken] = (await manager.query(
        `WITH free AS (
           SELECT id FROM trials
            WHERE id = $1 AND state IN ('QUEUED', 'LOST') AND NOT cancel_requested
              FOR UPDATE SKIP LOCKED
         ), taken AS (
           UPDATE trials SET state = 'RUNNING', lease_token = lease_token + 1, attempt = attempt + 1,
                  leased_by = $2, trainer_id = $3, lease_expires_at = now() + $4 * interval '1 millisecond',
                  started_at = COALESCE(started_at, now()), finished_at = NULL, cause = NULL
             FROM free WHERE trials.id = free.id RETURNING trials.*
         )
         SELECT taken.lease_token AS token, taken.experiment_id AS "experimentId", taken.task_id AS "taskId",
                taken.attempt, taken.step, taken.total_steps AS "totalSteps",
                taken.hyperparameters || jsonb_build_object('seed', taken.seed) AS hyperparameters,
                networks.spec AS network, tasks.input, tasks.classes,
                versions.digest AS "datasetDigest", gates.digest AS "gateDigest"
           FROM taken
           JOIN network_versions networks ON networks.id = taken.network_version_id
           JOIN dataset_versions versions ON versions.id = taken.dataset_version_id
           JOIN tasks ON tasks.id = taken.task_id
           JOIN dataset_versions gates ON gates.id = tasks.gate_dataset_version_id`,
        [trialId, holder.name, holder.trainerId, leaseMs],
      )) as TakenRow[];
      if (!taken) return null;
      const { token, step, totalSteps, ...order } = taken;
      await announceTrial(manager, trialId, { experimentId: order.experimentId, step, totalSteps }, 'RUNNING');
      return { ...order, lease: { trialId, token: Number(token) } };
    });
  }

  /**
   * Extends a lease by its full length.
   * @throws LeaseLost when it had been taken over or swept
   */
  async renew(lease: TrialLease): Promise<void> {
    const [, renewed] = (await this.database.query(
      `UPDATE trials SET lease_expires_at = now() + $3 * interval '1 millisecond'
        WHERE id = $1 AND lease_token = $2 AND state = 'RUNNING'`,
      [lease.trialId, lease.token, leaseMs],
    )) as [unknown, number];
    if (renewed === 0) throw new LeaseLost(lease.trialId);
  }

  /** Of the given trials, those somebody wants stopped. */
  async cancelRequested(trialIds: readonly string[]): Promise<string[]> {
    if (trialIds.length === 0) return [];
    const rows = (await this.database.query('SELECT id FROM trials WHERE id = ANY($1) AND cancel_requested', [
      trialIds,
    ])) as { id: string }[];
    return rows.map((row) => row.id);
  }

  /** Counts a new start under the same lease, after a crash. @returns its number @throws LeaseLost */
  async startAgain(lease: TrialLease): Promise<number> {
    return this.database.transaction(async (manager) => {
      await lockLeased(manager, lease);
      await withdrawClaims(manager, [lease.trialId]); // the new start comes by the same accuracy again
      const [[row]] = (await manager.query('UPDATE trials SET attempt = attempt + 1 WHERE id = $1 RETURNING attempt', [
        lease.trialId,
      ])) as [{ attempt: number }[], number];
      return row.attempt;
    });
  }

  /** Hands a running trial back, unfinished and blameless: it is queued again. @throws LeaseLost */
  async release(lease: TrialLease): Promise<void> {
    await this.database.transaction(async (manager) => {
      const trial = await lockLeased(manager, lease);
      await withdrawClaims(manager, [lease.trialId]);
      await manager.query(
        `UPDATE trials SET state = 'QUEUED', queued_at = now(), leased_by = NULL, lease_expires_at = NULL WHERE id = $1`,
        [lease.trialId],
      );
      await announceTrial(manager, lease.trialId, trial, 'QUEUED');
    });
  }

  /**
   * Ends the leases of a trainer that was killed and is back: its trials are lost now, not when the leases run out.
   * Of two trainers that wrongly share a name the older loses its trials, once.
   */
  async abandon(trainerId: string): Promise<void> {
    await this.database.query(
      `UPDATE trials SET lease_expires_at = '-infinity' WHERE trainer_id = $1 AND state = 'RUNNING'`,
      [trainerId],
    );
  }

  /**
   * Finds trials whose lease ran out, marks them LOST, has `ring` put them on the queue and only then calls them
   * QUEUED: whatever dies in between, the next sweep rings again. The oldest queued trials are rung for as well,
   * should the queue have forgotten them; ringing twice is harmless.
   * Any number of processes may sweep at once.
   * @returns ids of the trials that were found lost
   */
  async sweep(ring: (trialIds: readonly string[]) => Promise<void>): Promise<string[]> {
    const lost = await this.database.transaction((manager) => markLost(manager));
    const waiting = (await this.database.query(
      `(SELECT id FROM trials WHERE state = 'LOST')
       UNION ALL (SELECT id FROM trials WHERE state = 'QUEUED' ORDER BY queued_at LIMIT 100)`,
    )) as { id: string }[];
    if (waiting.length) await ring(waiting.map((trial) => trial.id));
    await this.database.transaction(async (manager) => {
      const [rows] = (await manager.query(
        `UPDATE trials SET state = 'QUEUED', queued_at = now() WHERE state = 'LOST' AND id = ANY($1)
         RETURNING id, experiment_id AS "experimentId", step, total_steps AS "totalSteps"`,
        [waiting.map((trial) => trial.id)],
      )) as [{ id: string; experimentId: string; step: number; totalSteps: number | null }[], number];
      for (const row of rows) await announceTrial(manager, row.id, row, 'QUEUED');
    });
    return lost;
  }
}

/** RUNNING → LOST for every lease that ran out; what was to be cancelled ends, what was lost too often fails. */
async function markLost(manager: EntityManager): Promise<string[]> {
  const [rows] = (await manager.query(
    `WITH expired AS (
       SELECT id FROM trials WHERE state = 'RUNNING' AND lease_expires_at < now() ORDER BY id FOR UPDATE SKIP LOCKED
     )
     UPDATE trials SET leased_by = NULL, lease_expires_at = NULL,
            state = CASE WHEN cancel_requested THEN 'CANCELLED' WHEN attempt >= $1 THEN 'FAILED' ELSE 'LOST' END,
            cause = CASE WHEN attempt >= $1 AND NOT cancel_requested THEN $2::jsonb END,
            finished_at = CASE WHEN cancel_requested OR attempt >= $1 THEN now() END
       FROM expired WHERE trials.id = expired.id
     RETURNING trials.id, trials.state, experiment_id AS "experimentId", step, total_steps AS "totalSteps"`,
    [maxAttempts, JSON.stringify(tookTooMany)],
  )) as [
    {
      id: string;
      state: 'LOST' | 'FAILED' | 'CANCELLED';
      experimentId: string;
      step: number;
      totalSteps: number | null;
    }[],
    number,
  ];
  const ids = rows.map((row) => row.id);
  await withdrawClaims(manager, ids);
  for (const row of rows) await announceTrial(manager, row.id, row, row.state);
  return ids;
}
