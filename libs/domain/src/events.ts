import type { TrialState } from './trial';

/**
 * Small facts that travel by PostgreSQL NOTIFY, inside the transaction that makes them true, and from the API
 * to consoles and inferencers by server-sent events. Ids and numbers only, never payloads.
 */
export type LiveEvent =
  | { readonly type: 'changed'; readonly resource: string; readonly id: string }
  | {
      readonly type: 'trial';
      readonly id: string;
      readonly experimentId: string;
      readonly state: TrialState;
      readonly step?: number;
      readonly totalSteps?: number;
    }
  | {
      readonly type: 'metrics';
      readonly trialId: string;
      readonly experimentId: string;
      readonly points: readonly MetricPoint[];
    }
  | { readonly type: 'import'; readonly id: string; readonly datasetId: string }
  | {
      readonly type: 'promotion';
      readonly id: string;
      readonly taskId: string;
      readonly modelId: string;
      readonly outcome: string;
    }
  | { readonly type: 'deployment'; readonly taskId: string; readonly generation: number; readonly digest: string };

export interface MetricPoint {
  readonly name: MetricName;
  /** Optimizer steps completed. */
  readonly step: number;
  readonly value: number;
}

export const metricNames = [
  'train_loss',
  'train_accuracy',
  'validation_loss',
  'validation_accuracy',
  'learning_rate',
  'images_per_second',
] as const;
export type MetricName = (typeof metricNames)[number];
