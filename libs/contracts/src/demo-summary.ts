import { z } from 'zod';
import { timestamp } from './primitives';

/** What `npm start -- --once` leaves in `var/demo-summary.json`. */
export const demoSummary = z.object({
  task: z.string(),
  trials: z.array(
    z.object({
      network: z.string(),
      optimizer: z.string(),
      state: z.string(),
      device: z.string().nullable(),
      bestValidationAccuracy: z.number().nullable(),
      seconds: z.number().nullable(),
    }),
  ),
  promotions: z.array(
    z.object({
      at: timestamp,
      modelVersion: z.int(),
      gateAccuracy: z.number(),
      gained: z.int(),
      lost: z.int(),
      p: z.number(),
    }),
  ),
  /** The champion's. */
  gateAccuracy: z.number().nullable(),
  /** Gate accuracy of always answering the gate set's most frequent class. */
  baselineAccuracy: z.number(),
  classes: z.array(z.string()),
  /** The champion on the gate set, `[actual][predicted]`. */
  confusion: z.array(z.array(z.int())).nullable(),
  requests: z.int(),
  /** Requests that ended without a valid answer. */
  failures: z.int(),
  firstFailure: z.string().nullable(),
  /** Connections that broke and were tried again, as any client of a restarting server must. */
  reconnects: z.int(),
  latencyMs: z.object({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() }),
  answersPerGeneration: z.record(z.string(), z.int()),
  /** From the promoting commit to the first and to the last inferencer serving; null where a newer one came first. */
  swaps: z.array(z.object({ generation: z.int(), firstMs: z.number().nullable(), lastMs: z.number().nullable() })),
  wallSeconds: z.number(),
  passed: z.boolean(),
  /** What kept it from passing; empty when it passed. */
  shortfalls: z.array(z.string()),
});
export type DemoSummary = z.infer<typeof demoSummary>;
