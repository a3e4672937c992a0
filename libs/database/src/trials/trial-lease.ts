import { LeaseLost, type TrialState } from '@ratchet/domain';
import type { EntityManager } from 'typeorm';
import { notifyLive } from '../live/live-notice';

/** The right to write about one trial. It is worth nothing once another holder has a higher token. */
export interface TrialLease {
  readonly trialId: string;
  readonly token: number;
}

/** What a fenced write needs to know of its trial. */
export interface LeasedTrial {
  readonly experimentId: string;
  readonly taskId: string;
  readonly step: number;
  readonly totalSteps: number | null;
}

/**
 * Locks the trial's row for the rest of the transaction, provided the lease still holds. Where the task's row is
 * needed too it is locked after this one, everywhere, so that two transactions never wait for each other.
 * @throws LeaseLost when the trial was taken over, or is no longer running
 */
export async function lockLeased(manager: EntityManager, lease: TrialLease): Promise<LeasedTrial> {
  const [row] = (await manager.query(
    `SELECT experiment_id AS "experimentId", task_id AS "taskId", step, total_steps AS "totalSteps"
       FROM trials WHERE id = $1 AND lease_token = $2 AND state = 'RUNNING' FOR UPDATE`,
    [lease.trialId, lease.token],
  )) as LeasedTrial[];
  if (!row) throw new LeaseLost(lease.trialId);
  return row;
}

/** Tells listeners where a trial stands now. */
export const announceTrial = (
  manager: EntityManager,
  trialId: string,
  trial: Pick<LeasedTrial, 'experimentId' | 'step' | 'totalSteps'>,
  state: TrialState,
): Promise<void> =>
  notifyLive(manager, {
    type: 'trial',
    id: trialId,
    experimentId: trial.experimentId,
    state,
    step: trial.step,
    ...(trial.totalSteps === null ? {} : { totalSteps: trial.totalSteps }),
  });
