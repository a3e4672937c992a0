import type { CurvesView } from '@ratchet/contracts';
import type { MetricName } from '@ratchet/domain';

interface Point {
  readonly trialId: string;
  readonly name: MetricName;
  readonly step: number;
  readonly value: number;
}

/** Points in any order → one curve per metric, by step. */
export function curvesOf(points: readonly Point[]): CurvesView {
  const byName = new Map<MetricName, Point[]>();
  for (const point of points) {
    const own = byName.get(point.name);
    if (own) own.push(point);
    else byName.set(point.name, [point]);
  }
  return [...byName].map(([name, unsorted]) => {
    const own = unsorted.sort((a, b) => a.step - b.step);
    return { trialId: own[0].trialId, name, steps: own.map((p) => p.step), values: own.map((p) => p.value) };
  });
}
