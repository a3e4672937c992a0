import type { EntityManager } from 'typeorm';
import { lockLeased, type TrialLease } from './trial-lease';

/**
 * Claims the task's best validation accuracy, which entitles the trial's model to ask the gate. Under the task's row
 * lock only a strict improvement succeeds, so that the gate is asked about log K times in K epochs.
 * The claim is outstanding until the gate has judged, or the trial's lease ends.
 * @throws LeaseLost
 */
export async function claimBest(
  manager: EntityManager,
  lease: TrialLease,
  validationAccuracy: number,
): Promise<boolean> {
  const { taskId } = await lockLeased(manager, lease);
  const [task] = (await manager.query('SELECT best_validation_accuracy AS best FROM tasks WHERE id = $1 FOR UPDATE', [
    taskId,
  ])) as { best: number | null }[];
  if (task.best !== null && validationAccuracy <= task.best) return false;
  await manager.query('UPDATE tasks SET best_validation_accuracy = $2 WHERE id = $1', [taskId, validationAccuracy]);
  await manager.query('UPDATE trials SET gate_claim = $2 WHERE id = $1', [lease.trialId, validationAccuracy]);
  return true;
}

/**
 * Gives back claims that will not be judged: the task's best becomes that of the judged models and of the other
 * outstanding claims. Without it a trial that dies between claim and gate would shut the gate to lesser models.
 */
export async function withdrawClaims(manager: EntityManager, trialIds: readonly string[]): Promise<void> {
  const claims = (await manager.query(
    'SELECT DISTINCT task_id AS "taskId" FROM trials WHERE id = ANY($1) AND gate_claim IS NOT NULL ORDER BY 1',
    [trialIds],
  )) as { taskId: string }[];
  if (claims.length === 0) return;
  await manager.query('UPDATE trials SET gate_claim = NULL WHERE id = ANY($1)', [trialIds]);
  for (const { taskId } of claims) {
    await manager.query('SELECT 1 FROM tasks WHERE id = $1 FOR UPDATE', [taskId]);
    await manager.query(
      `UPDATE tasks SET best_validation_accuracy = GREATEST(
         (SELECT max(validation_accuracy) FROM model_versions WHERE task_id = $1),
         (SELECT max(gate_claim) FROM trials WHERE task_id = $1))
       WHERE id = $1`,
      [taskId],
    );
  }
}
