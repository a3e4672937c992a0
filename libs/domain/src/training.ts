/** Why a trial failed, in the words of the domain. */
export interface FailureCause {
  /** Stable, for programs. */
  readonly code: string;
  readonly message: string;
  /** Optimizer steps completed. */
  readonly step?: number;
  /** What to try instead. */
  readonly hint?: string;
}

/** A lease is renewed about three times before it would run out; what it protects is fenced by its token all the same. */
export const leaseMs = 15_000;
export const leaseRenewMs = 4_000;
/** Child processes of one trial that may crash, one after another, before the trial fails. */
export const maxCrashes = 3;
/** Times a running trial's trainer may vanish before the trial is suspected of taking its trainers down. */
export const maxAttempts = 20;

/** The best epoch of a trial so far. Epochs count from 1. */
export interface BestEpoch {
  readonly epoch: number;
  readonly validationAccuracy: number;
}

/** Only a strictly better epoch replaces the best. */
export const betterEpoch = (best: BestEpoch | null, epoch: number, validationAccuracy: number): BestEpoch =>
  best && validationAccuracy <= best.validationAccuracy ? best : { epoch, validationAccuracy };

/** Whether `patience` epochs have gone by since the best one; a patience of 0 never stops. */
export const stopsEarly = (best: BestEpoch, epoch: number, patience: number): boolean =>
  patience > 0 && epoch - best.epoch >= patience;

/** The newest checkpoints of a trial that are kept beside that of its best epoch. */
export const keptCheckpoints = 2;

/** Which checkpoints may go: all but the newest two and the one at `bestStep`. */
export function expendable<C extends { readonly step: number }>(
  checkpoints: readonly C[],
  bestStep: number | null,
): C[] {
  const newestFirst = [...checkpoints].sort((a, b) => b.step - a.step);
  return newestFirst.slice(keptCheckpoints).filter((checkpoint) => checkpoint.step !== bestStep);
}
