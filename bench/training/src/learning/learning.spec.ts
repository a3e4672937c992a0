import { type LearningResults, learningReport, verdicts } from './learning.report';
import { comparePairs, meanAndDeviation } from './paired';

const results: LearningResults = {
  date: '2026-01-02T03:04:05.000Z',
  machine: 'CPU',
  versions: { torch: '2' },
  images: 1000,
  tasks: [
    { id: 'a', title: 'Net A', goal: 0.98, epochs: 3, ratchet: [0.981, 0.983, 0.982], pytorch: [0.983, 0.981, 0.982] },
    { id: 'b', title: 'Net B', goal: 0.99, epochs: 4, ratchet: [0.97, 0.971, 0.972], pytorch: [0.98, 0.981, 0.982] },
  ],
};

test('the deviation is that of a sample', () => {
  const { mean, deviation } = meanAndDeviation([1, 2, 3, 4]);
  expect(mean).toBe(2.5);
  expect(deviation).toBeCloseTo(Math.sqrt(5 / 3), 12);
});

test('pairs are compared by the interval of their differences', () => {
  const { difference, margin, withinNoise } = comparePairs([2, 4, 6], [1, 2, 3]);
  expect(difference).toBe(2);
  expect(margin).toBeCloseTo(4.303 / Math.sqrt(3), 6);
  expect(withinNoise).toBe(true);
  expect(() => comparePairs([1], [1])).toThrow(/at least two seeds/);
  expect(() => comparePairs([1, 2], [1])).toThrow(/are no pairs/);
});

test('a constant lag is told from noise, and a missed goal is told', () => {
  expect(
    verdicts(results).map(({ id, withinNoise, ratchetReachesGoal }) => [id, withinNoise, ratchetReachesGoal]),
  ).toEqual([
    ['a', true, true],
    ['b', false, false],
  ]);
  const text = learningReport(results);
  expect(text).toContain('| Ratchet | 0.9810 | 0.9830 | 0.9820 | 0.9820 ± 0.0010 |');
  expect(text).toContain('−0.0100 ± 0.0000 (95 %, paired t): **not within noise**. Goal 0.99: **missed**.');
});
