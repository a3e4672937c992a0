import type { TrialView } from '@ratchet/contracts';
import type { Trial } from '@ratchet/database';
import { defaultHyperparameters } from '@ratchet/domain';

export const trialView = (row: Trial): TrialView => ({
  id: row.id,
  experimentId: row.experimentId,
  taskId: row.taskId,
  datasetVersionId: row.datasetVersionId,
  networkVersionId: row.networkVersionId,
  networkName: row.networkVersion?.network?.name ?? '',
  // What was not there to be chosen when the trial was registered was off.
  hyperparameters: { ...defaultHyperparameters, ...row.hyperparameters },
  seed: row.seed,
  state: row.state,
  attempt: row.attempt,
  trainerId: row.trainerId,
  device: row.device,
  step: row.step,
  totalSteps: row.totalSteps,
  epoch: row.epoch,
  bestValidationAccuracy: row.bestValidationAccuracy,
  bestEpoch: row.bestEpoch,
  confusion: row.confusion,
  weightsDigest: row.weightsDigest,
  cause: row.cause,
  cancelRequested: row.cancelRequested,
  versions: row.versions,
  queuedAt: row.queuedAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
