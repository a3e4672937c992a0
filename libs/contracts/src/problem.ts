import { z } from 'zod';

/** The one shape of every error the API answers with. */
export const problem = z.object({
  code: z.string(),
  message: z.string(),
  /** Quote it when asking for help: it is in every log line of the request. */
  correlationId: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
  /** Field by field, for forms. */
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;
