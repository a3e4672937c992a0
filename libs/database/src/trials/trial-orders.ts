import { assertTransition, Conflict, isTerminal, NotFound, type TrialState } from '@ratchet/domain';
import type { EntityManager } from 'typeorm';
import { announceTrial } from './trial-lease';

// What people ask of a trial. Each order runs in the caller's transaction, beside the caller's audit event.

interface TrialRow {
  state: TrialState;
  experimentId: string;
  step: number;
  totalSteps: number | null;
}

async function lockTrial(manager: EntityManager, trialId: string): Promise<TrialRow> {
  const [row] = (await manager.query(
    `SELECT state, experiment_id AS "experimentId", step, total_steps AS "totalSteps"
       FROM trials WHERE id = $1 FOR UPDATE`,
    [trialId],
  )) as TrialRow[];
  if (!row) throw new NotFound('trial', trialId);
  return row;
}

/**
 * Ends a waiting trial at once and asks the trainer of a running one to stop, which takes about a second.
 * @returns the state the trial is in now
 * @throws NotFound, and Conflict when it has ended already
 */
export async function cancelTrial(manager: EntityManager, trialId: string): Promise<TrialState> {
  const trial = await lockTrial(manager, trialId);
  if (isTerminal(trial.state))
    throw new Conflict(`Trial ${trialId} is ${trial.state} already; there is nothing to cancel.`, {
      state: trial.state,
    });
  const state = trial.state === 'RUNNING' ? 'RUNNING' : 'CANCELLED';
  await manager.query(
    `UPDATE trials SET state = $2, cancel_requested = ($2 = 'RUNNING'),
            finished_at = CASE WHEN $2 = 'CANCELLED' THEN now() END WHERE id = $1`,
    [trialId, state],
  );
  await announceTrial(manager, trialId, trial, state);
  return state;
}

/**
 * Queues a failed or cancelled trial again; it goes on from its last checkpoint. Ring for it once the transaction
 * has committed.
 * @throws NotFound, and Conflict from any other state
 */
export async function retryTrial(manager: EntityManager, trialId: string): Promise<void> {
  const trial = await lockTrial(manager, trialId);
  assertTransition(trial.state, 'QUEUED');
  if (trial.state === 'RUNNING' || trial.state === 'LOST')
    throw new Conflict(`Trial ${trialId} is ${trial.state}; it is retried by itself.`, { state: trial.state });
  await manager.query(
    `UPDATE trials SET state = 'QUEUED', queued_at = now(), cancel_requested = false, cause = NULL, finished_at = NULL
      WHERE id = $1`,
    [trialId],
  );
  await announceTrial(manager, trialId, trial, 'QUEUED');
}
