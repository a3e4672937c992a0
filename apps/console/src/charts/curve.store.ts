import type { CurvesView } from '@ratchet/contracts';
import type { MetricPoint } from '@ratchet/domain';

type Point = [step: number, value: number];

/**
 * Curves of one metric, trial by trial, outside React: points arrive hundreds a second and in any order,
 * again after a reconnection, and are drawn once per frame.
 */
export class CurveStore {
  private readonly curves = new Map<string, Point[]>();
  private readonly changed = new Set<string>();

  constructor(readonly metric: string) {}

  /** Takes what the API stored; points that came live meanwhile and are further on stay. */
  load(curves: CurvesView): void {
    for (const { trialId, name, steps, values } of curves) {
      if (name !== this.metric) continue;
      const stored = steps.map((step, i): Point => [step, values[i]]);
      const last = stored.at(-1)?.[0] ?? -1;
      const ahead = (this.curves.get(trialId) ?? []).filter(([step]) => step > last);
      this.curves.set(trialId, [...stored, ...ahead]);
      this.changed.add(trialId);
    }
  }

  /** @returns whether anything of this metric was among the points. */
  add(trialId: string, points: readonly MetricPoint[]): boolean {
    const curve = this.curves.get(trialId) ?? [];
    let any = false;
    for (const { name, step, value } of points) {
      if (name !== this.metric) continue;
      insert(curve, [step, value]);
      any = true;
    }
    if (!any) return false;
    this.curves.set(trialId, curve);
    this.changed.add(trialId);
    return true;
  }

  /** Trials whose curve changed since the last call, in order of first appearance. */
  takeChanged(): string[] {
    const taken = [...this.curves.keys()].filter((id) => this.changed.has(id));
    this.changed.clear();
    return taken;
  }

  points = (trialId: string): readonly Point[] => this.curves.get(trialId) ?? [];
  trials = (): string[] => [...this.curves.keys()];
}

/** Keeps a curve sorted by step, one value per step, the latest word winning; appending is the common case. */
function insert(curve: Point[], point: Point): void {
  let at = curve.length;
  while (at > 0 && curve[at - 1][0] > point[0]) at--;
  if (at > 0 && curve[at - 1][0] === point[0]) curve[at - 1] = point;
  else curve.splice(at, 0, point);
}
