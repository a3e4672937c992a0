import { z } from 'zod';
import { id } from './primitives';

/** Queue payloads: a job is a doorbell, the database row is the truth. */
export const jobs = {
  trials: z.strictObject({ trialId: id }),
  imports: z.strictObject({ importId: id }),
} as const;
export type JobName = keyof typeof jobs;
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]>;
