import type { PromotionView } from '@ratchet/contracts';

export interface RatchetStep {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly accuracy: number;
  readonly modelVersionId: string;
  readonly generation: number | null;
  readonly outcome: 'promoted' | 'rolled-back';
  readonly state: PromotionView['state'];
  readonly reason: string;
}

const changesChampion = (p: PromotionView): boolean => p.outcome === 'promoted' || p.outcome === 'rolled-back';

/** The champions of one task in the order in which they went live. */
export function ratchetSteps(promotions: readonly PromotionView[]): RatchetStep[] {
  return promotions
    .filter(changesChampion)
    .map((p) => ({
      at: Date.parse(p.createdAt),
      accuracy: p.gateAccuracy,
      modelVersionId: p.modelVersionId,
      generation: p.generation,
      outcome: p.outcome as RatchetStep['outcome'],
      state: p.state,
      reason: p.reason,
    }))
    .sort((a, b) => a.at - b.at || (a.generation ?? 0) - (b.generation ?? 0));
}

/** Candidates that were measured and did not go live. */
export const turnedAway = (promotions: readonly PromotionView[]): PromotionView[] =>
  promotions.filter((p) => !changesChampion(p));

const minute = 60_000;

/** How far the chart reaches: to now, but no further past the last step than half the time the steps took. */
export function chartEnd(steps: readonly RatchetStep[], now: number): number {
  const last = steps.at(-1);
  return last ? Math.max(last.at, Math.min(now, last.at + Math.max((last.at - steps[0].at) / 2, minute))) : now;
}

/** Step line `[time, accuracy]`, drawn on to `end`: the last champion still serves. */
export function stepLine(steps: readonly RatchetStep[], end: number): [number, number][] {
  const line = steps.map((s): [number, number] => [s.at, s.accuracy]);
  const last = steps.at(-1);
  return last && end > last.at ? [...line, [end, last.accuracy]] : line;
}

/** A range that shows the steps and not the empty space below them: a tenth of the spread around, within 0 and 1. */
export function accuracyRange(values: readonly number[]): { min: number; max: number } {
  if (values.length === 0) return { min: 0, max: 1 };
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = Math.max((high - low) * 0.15, 0.002);
  const round = (x: number, up: boolean) => (up ? Math.ceil(x * 1000) : Math.floor(x * 1000)) / 1000;
  return { min: Math.max(0, round(low - margin, false)), max: Math.min(1, round(high + margin, true)) };
}
