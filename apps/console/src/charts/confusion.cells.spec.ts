import { classQualities, confusionCells, topMistakes } from './confusion.cells';

const matrix = [
  [8, 2, 0],
  [1, 9, 0],
  [0, 0, 0],
];

it('confusionCells gives predicted, actual, share of the row and count', () => {
  expect(confusionCells(matrix).slice(0, 4)).toEqual([
    [0, 0, 0.8, 8],
    [1, 0, 0.2, 2],
    [2, 0, 0, 0],
    [0, 1, 0.1, 1],
  ]);
});

it('an absent class has shares of 0, not NaN', () => {
  expect(confusionCells(matrix).slice(6)).toEqual([
    [0, 2, 0, 0],
    [1, 2, 0, 0],
    [2, 2, 0, 0],
  ]);
});

it('topMistakes ranks what is off the diagonal', () => {
  expect(topMistakes(matrix, 5)).toEqual([
    { actual: 0, predicted: 1, count: 2, share: 0.2 },
    { actual: 1, predicted: 0, count: 1, share: 0.1 },
  ]);
  expect(topMistakes(matrix, 1)).toHaveLength(1);
});

it('classQualities leaves open what cannot be said', () => {
  expect(classQualities(matrix)).toEqual([
    { images: 10, recall: 0.8, precision: 8 / 9 },
    { images: 10, recall: 0.9, precision: 9 / 11 },
    { images: 0, recall: null, precision: null },
  ]);
});
