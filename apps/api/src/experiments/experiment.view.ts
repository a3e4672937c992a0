import { trialStates } from '@ratchet/domain';
import type { ExperimentView } from '@ratchet/contracts';
import type { SummedExperiment } from '@ratchet/database';

export function experimentView(row: SummedExperiment): ExperimentView {
  const counts = Object.fromEntries(trialStates.map((state) => [state, row.counts[state] ?? 0]));
  return {
    id: row.id,
    name: row.name,
    taskId: row.taskId,
    taskName: row.task.name,
    datasetVersionIds: row.datasetVersionIds,
    networkVersionIds: row.networkVersionIds,
    hyperparameterSetIds: row.hyperparameterSetIds,
    trials: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts: counts as ExperimentView['counts'],
    bestTrialId: row.bestTrialId,
    bestValidationAccuracy: row.bestValidationAccuracy,
    createdAt: row.createdAt.toISOString(),
  };
}
