import { z } from 'zod';
import { championStates, promotionPolicies } from '@ratchet/domain';
import { description, id, imageShape, sha256, slug, timestamp, title } from './primitives';

/** The gate split of `datasetVersionId` becomes the task's frozen gate set, its class list the task's. */
export const taskCreate = z.strictObject({
  name: slug,
  title,
  description,
  datasetVersionId: id,
  input: imageShape,
  criticalClasses: z.array(z.string()).max(256).default([]),
  /** More escapes of a critical class than the champion's by this many veto a promotion. */
  escapeTolerance: z.int().min(0).max(10_000).default(0),
  minimumGateImagesPerClass: z.int().min(1).max(10_000).default(1),
  policy: z.enum(promotionPolicies).default('every-improvement'),
  /** Median time of one image in the serving runtime, one thread. */
  latencyBudgetMs: z.number().gt(0).max(60_000).default(1000),
});
export const taskUpdate = taskCreate
  .pick({ title: true, description: true, policy: true, latencyBudgetMs: true, escapeTolerance: true })
  .partial();
export const task = z.object({
  id,
  name: z.string(),
  title: z.string(),
  description: z.string(),
  classes: z.array(z.string()),
  criticalClasses: z.array(z.string()),
  escapeTolerance: z.int(),
  minimumGateImagesPerClass: z.int(),
  policy: z.enum(promotionPolicies),
  latencyBudgetMs: z.number(),
  input: imageShape,
  gateDatasetVersionId: id,
  gateImages: z.int(),
  gateQueries: z.int(),
  bestValidationAccuracy: z.number().nullable(),
  /** Whether the fleet serves the champion; an administrator may have unloaded it. */
  served: z.boolean(),
  champion: z
    .object({
      modelVersionId: id,
      digest: sha256,
      generation: z.int(),
      state: z.enum(championStates),
      gateAccuracy: z.number(),
      since: timestamp,
    })
    .nullable(),
  createdAt: timestamp,
});
export type TaskView = z.infer<typeof task>;
