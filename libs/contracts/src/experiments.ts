import { z } from 'zod';
import { metricNames, trialStates } from '@ratchet/domain';
import { hyperparameters } from './hyperparameters';
import { id, timestamp, title } from './primitives';

const selection = z.array(id).min(1).max(100);
export const experimentCreate = z.strictObject({
  name: title,
  taskId: id,
  datasetVersionIds: selection,
  networkVersionIds: selection,
  hyperparameterSetIds: selection,
});
export const maxTrialsPerExperiment = 10_000;
/** What a launch would do, before it commits. */
export const experimentPreview = z.object({ trials: z.int(), epochs: z.int() });

export const trialCounts = z.record(z.enum(trialStates), z.int());
export const experiment = z.object({
  id,
  name: z.string(),
  taskId: id,
  taskName: z.string(),
  datasetVersionIds: z.array(id),
  networkVersionIds: z.array(id),
  hyperparameterSetIds: z.array(id),
  trials: z.int(),
  counts: trialCounts,
  bestTrialId: id.nullable(),
  bestValidationAccuracy: z.number().nullable(),
  createdAt: timestamp,
});

export const failureCause = z.object({
  code: z.string(),
  message: z.string(),
  step: z.int().optional(),
  hint: z.string().optional(),
});
export const trial = z.object({
  id,
  experimentId: id,
  taskId: id,
  datasetVersionId: id,
  networkVersionId: id,
  networkName: z.string(),
  hyperparameters,
  seed: z.int(),
  state: z.enum(trialStates),
  attempt: z.int(),
  trainerId: id.nullable(),
  device: z.string().nullable(),
  step: z.int(),
  totalSteps: z.int().nullable(),
  epoch: z.int(),
  bestValidationAccuracy: z.number().nullable(),
  bestEpoch: z.int().nullable(),
  /** Validation confusion `[actual][predicted]` at the best epoch. */
  confusion: z.array(z.array(z.int())).nullable(),
  weightsDigest: z.string().nullable(),
  cause: failureCause.nullable(),
  cancelRequested: z.boolean(),
  versions: z.record(z.string(), z.string()).nullable(),
  queuedAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
});
export const metric = z.object({ trialId: id, name: z.enum(metricNames), step: z.int(), value: z.number() });
/** Curves of many trials at once, thinned to at most `points` per curve. */
export const curvesQuery = z.object({
  name: z.enum(metricNames).default('validation_accuracy'),
  points: z.coerce.number().int().min(2).max(2000).default(200),
});
export const curves = z.array(
  z.object({ trialId: id, name: z.enum(metricNames), steps: z.array(z.int()), values: z.array(z.number()) }),
);
export const logLine = z.object({ at: timestamp, level: z.string(), message: z.string() });
export type ExperimentView = z.infer<typeof experiment>;
export type TrialView = z.infer<typeof trial>;
export type CurvesView = z.infer<typeof curves>;
export type FailureCause = z.infer<typeof failureCause>;
