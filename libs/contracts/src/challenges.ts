import { z } from 'zod';
import { challengeEndings, challengeModes, latencyBuckets, mostDisagreements } from '@ratchet/domain';
import { id, sha256, timestamp } from './primitives';

const count = z.int().min(0);
const percent = z.number().min(0).max(100);
const classIndex = z.int().min(0).max(255);
const bucket = z.int().min(0).lt(latencyBuckets);
const contestantFigures = z.strictObject({
  requests: count,
  failed: count,
  latency: z
    .array(z.tuple([bucket, count]).readonly())
    .max(latencyBuckets)
    .readonly(),
});
/** Inferencer → API with every heartbeat: what it has seen of a challenge since it started. */
export const challengeReport = z.strictObject({
  id,
  figures: z.strictObject({
    champion: contestantFigures,
    challenger: contestantFigures,
    dropped: count,
    compared: count,
    agreed: count,
    disagreements: z
      .array(z.tuple([classIndex, classIndex, count]).readonly())
      .max(mostDisagreements)
      .readonly(),
  }),
});

export const challengeTerms = z.object({ mode: z.enum(challengeModes), percent });
/** `PUT /api/tasks/{id}/challenge` */
export const challengeRequest = challengeTerms
  .extend({
    /** Any model version of the task but its champion. */
    modelVersionId: id,
  })
  .strict();

const contestant = z.object({
  requests: count,
  failed: count,
  /** Of the model's own time in its batch; null before the first request. */
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
});
export const challenge = challengeTerms.extend({
  id,
  taskId: id,
  modelVersionId: id,
  /** Of the task, counting from 1. */
  version: z.int(),
  digest: sha256,
  /** The champion of that time. */
  againstId: id,
  generation: z.int(),
  startedBy: z.string(),
  createdAt: timestamp,
  endedAt: timestamp.nullable(),
  ending: z.enum(challengeEndings).nullable(),
  champion: contestant,
  challenger: contestant,
  /** Requests that a shadow was to see and did not, because the fleet was busy. */
  dropped: count,
  /** Images that both classified, and those of them that both called the same. */
  compared: count,
  agreed: count,
  /** The most frequent first. */
  disagreements: z.array(z.object({ champion: z.string(), challenger: z.string(), images: count })),
});
export type ChallengeView = z.infer<typeof challenge>;
