import { z } from 'zod';
import { modelServingStates } from '@ratchet/domain';
import { challengeReport, challengeTerms } from './challenges';
import { id, imageShape, sha256, timestamp } from './primitives';

export const workerStates = ['ONLINE', 'DRAINING', 'OFFLINE'] as const;

export const servedModel = z.object({
  task: z.string(),
  digest: sha256,
  generation: z.int(),
  state: z.enum(modelServingStates),
  error: z.string().max(1000).optional(),
  swapMs: z.number().optional(),
  challenge: challengeTerms.optional(),
});
/** Inferencer → API, every two seconds and at every change. The answer is the desired state. */
export const inferencerHeartbeat = z.strictObject({
  id,
  url: z.url(),
  /** `http://host:port` of its gRPC. */
  grpcUrl: z.url().nullable().default(null),
  host: z.string().max(255),
  startedAt: timestamp,
  draining: z.boolean(),
  models: z.array(servedModel).max(1000),
  challenges: z.array(challengeReport).max(1000).default([]),
  versions: z.record(z.string(), z.string()),
});
export const desiredChallenger = challengeTerms.extend({
  challengeId: id,
  generation: z.int(),
  digest: sha256,
  bytes: z.int(),
});
export const desiredDeployment = z.object({
  taskId: id,
  task: z.string(),
  generation: z.int(),
  digest: sha256,
  bytes: z.int(),
  classes: z.array(z.string()),
  input: imageShape,
  challenger: desiredChallenger.optional(),
});
export const desiredDeployments = z.array(desiredDeployment);

export const inferencer = z.object({
  id,
  url: z.string(),
  host: z.string(),
  state: z.enum(workerStates),
  models: z.array(servedModel),
  versions: z.record(z.string(), z.string()),
  startedAt: timestamp,
  lastHeartbeatAt: timestamp,
});
export const trainer = z.object({
  id,
  host: z.string(),
  device: z.string(),
  slots: z.int(),
  busy: z.int(),
  state: z.enum(workerStates),
  versions: z.record(z.string(), z.string()),
  startedAt: timestamp,
  lastHeartbeatAt: timestamp,
});
export type InferencerView = z.infer<typeof inferencer>;
export type TrainerView = z.infer<typeof trainer>;
export type InferencerHeartbeat = z.infer<typeof inferencerHeartbeat>;
