import type { PromotionView } from '@ratchet/contracts';
import { accuracyRange, chartEnd, ratchetSteps, stepLine, turnedAway } from './ratchet.steps';

const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
const promotion = (at: number, outcome: PromotionView['outcome'], gateAccuracy: number): PromotionView => ({
  id: `p${at}`,
  taskId: 't',
  modelVersionId: `m${at}`,
  againstId: null,
  outcome,
  reason: '',
  gateAccuracy,
  againstAccuracy: null,
  gained: 0,
  lost: 0,
  p: 1,
  testUnit: 'image',
  testUnits: 0,
  gateImages: 100,
  query: at,
  generation: at,
  state: 'PROVISIONAL',
  latencyMs: 1,
  createdAt: minute(at),
  actor: null,
});

describe('ratchetSteps', () => {
  it('orders champions by time and leaves out candidates that did not go live', () => {
    const steps = ratchetSteps([
      promotion(3, 'promoted', 0.95),
      promotion(2, 'kept', 0.91),
      promotion(1, 'promoted', 0.9),
      promotion(4, 'vetoed', 0.97),
    ]);
    expect(steps.map((s) => [s.modelVersionId, s.accuracy])).toEqual([
      ['m1', 0.9],
      ['m3', 0.95],
    ]);
  });

  it('shows a rollback as a step of its own, down included', () => {
    const steps = ratchetSteps([
      promotion(1, 'promoted', 0.9),
      promotion(2, 'promoted', 0.95),
      promotion(3, 'rolled-back', 0.9),
    ]);
    expect(steps.map((s) => s.accuracy)).toEqual([0.9, 0.95, 0.9]);
    expect(steps[2].outcome).toBe('rolled-back');
  });
});

describe('stepLine', () => {
  it('goes on to now at the last champion’s height', () => {
    const steps = ratchetSteps([promotion(1, 'promoted', 0.9)]);
    expect(stepLine(steps, steps[0].at + 1000)).toEqual([
      [steps[0].at, 0.9],
      [steps[0].at + 1000, 0.9],
    ]);
  });

  it('is empty without champions', () => expect(stepLine([], 5)).toEqual([]));
});

it('turnedAway keeps what was measured and not promoted', () => {
  const all = [promotion(1, 'promoted', 0.9), promotion(2, 'kept', 0.89), promotion(3, 'vetoed', 0.99)];
  expect(turnedAway(all).map((p) => p.id)).toEqual(['p2', 'p3']);
});

describe('chartEnd', () => {
  const steps = ratchetSteps([promotion(0, 'promoted', 0.9), promotion(10, 'promoted', 0.95)]);
  const at = (n: number) => Date.parse(minute(n));

  it('is now while the steps are fresh', () => expect(chartEnd(steps, at(12))).toBe(at(12)));
  it('leaves the steps two thirds of the width however old they are', () =>
    expect(chartEnd(steps, at(5000))).toBe(at(15)));
  it('gives a single step a minute', () => expect(chartEnd(steps.slice(0, 1), at(5000))).toBe(at(1)));
});

describe('accuracyRange', () => {
  it('surrounds the values within 0 and 1', () => {
    const { min, max } = accuracyRange([0.9, 0.999]);
    expect(min).toBeGreaterThan(0.87);
    expect(min).toBeLessThan(0.9);
    expect(max).toBe(1);
  });

  it('has some height around a single value', () => {
    const { min, max } = accuracyRange([0.5]);
    expect(max - min).toBeGreaterThan(0.003);
  });

  it('is whole without values', () => expect(accuracyRange([])).toEqual({ min: 0, max: 1 }));
});
