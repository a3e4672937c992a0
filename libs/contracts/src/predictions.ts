import { z } from 'zod';
import { sha256 } from './primitives';

/** Answer of `POST /v2/models/{task}/classify` for one image. */
export const classification = z.object({
  class: z.string(),
  index: z.int(),
  probability: z.number(),
  probabilities: z.array(z.number()),
});
export const classifyAnswer = z.object({
  task: z.string(),
  digest: sha256,
  generation: z.int(),
  classes: z.array(z.string()),
  predictions: z.array(classification),
  /** Milliseconds. */
  timings: z.object({ queue: z.number(), decode: z.number(), infer: z.number(), total: z.number() }),
});
export type ClassifyAnswer = z.infer<typeof classifyAnswer>;
