import { z } from 'zod';
import { championStates, testUnits } from '@ratchet/domain';
import { id, imageShape, sha256, timestamp } from './primitives';

export const promotionOutcomes = ['promoted', 'kept', 'vetoed', 'rolled-back'] as const;

/** The gate's evidence about one candidate against the champion of that moment. */
export const promotion = z.object({
  id,
  taskId: id,
  modelVersionId: id,
  /** The champion it was compared with; null for a task's first. */
  againstId: id.nullable(),
  outcome: z.enum(promotionOutcomes),
  reason: z.string(),
  gateAccuracy: z.number(),
  againstAccuracy: z.number().nullable(),
  /** Gate images only the candidate / only the champion gets right, and the exact one-sided p. */
  gained: z.int(),
  lost: z.int(),
  p: z.number(),
  /** What the test resampled, single images or whole groups, and how many of them favoured one of the models. */
  testUnit: z.enum(testUnits),
  testUnits: z.int(),
  gateImages: z.int(),
  /** The number of this gate query in the task's gate epoch. */
  query: z.int(),
  generation: z.int().nullable(),
  state: z.enum(championStates).nullable(),
  latencyMs: z.number(),
  createdAt: timestamp,
  /** Who promoted or rolled back by hand; null for what the gate decided. */
  actor: z.string().nullable(),
});

export const modelVersion = z.object({
  id,
  taskId: id,
  trialId: id,
  version: z.int(),
  digest: sha256,
  bytes: z.int(),
  parameters: z.int(),
  flops: z.number(),
  input: imageShape,
  classes: z.array(z.string()),
  validationAccuracy: z.number(),
  gateAccuracy: z.number(),
  gateInterval: z.object({ low: z.number(), high: z.number() }),
  gateConfusion: z.array(z.array(z.int())),
  maxAbsDifference: z.number(),
  epoch: z.int(),
  isChampion: z.boolean(),
  createdAt: timestamp,
});

export const deployment = z.object({
  id,
  taskId: id,
  generation: z.int(),
  modelVersionId: id,
  digest: sha256,
  reason: z.enum(['promotion', 'rollback', 'challenge']),
  createdAt: timestamp,
  /** First and last inferencer to report this generation as serving. */
  firstServingAt: timestamp.nullable(),
  lastServingAt: timestamp.nullable(),
});
export const rollbackRequest = z.strictObject({
  /** Where to; the previous champion when left out. */
  modelVersionId: id.optional(),
  reason: z.string().trim().min(1).max(1000),
});
export const promotionRequest = z.strictObject({
  modelVersionId: id,
  reason: z.string().trim().min(1).max(1000),
});
export type ModelVersionView = z.infer<typeof modelVersion>;
export type PromotionView = z.infer<typeof promotion>;
export type DeploymentView = z.infer<typeof deployment>;
