import { histogramSeries, imbalance, splitTotals } from './split.counts';

const counts = [
  { train: 70, validation: 15, gate: 15 },
  { train: 35, validation: 8, gate: 7 },
];

it('sums by split', () => expect(splitTotals(counts)).toEqual({ train: 105, validation: 23, gate: 22 }));
it('gives a series per split', () => {
  expect(histogramSeries(counts)).toEqual([
    { split: 'train', values: [70, 35] },
    { split: 'validation', values: [15, 8] },
    { split: 'gate', values: [15, 7] },
  ]);
});
it('compares the largest class with the smallest', () => expect(imbalance(counts)).toBe(2));
