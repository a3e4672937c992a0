import { curvesOf } from './trial.curves';

it('sorts points into one curve per metric', () => {
  const trialId = 't';
  expect(
    curvesOf([
      { trialId, name: 'train_loss', step: 20, value: 1 },
      { trialId, name: 'validation_accuracy', step: 10, value: 0.5 },
      { trialId, name: 'train_loss', step: 10, value: 2 },
    ]),
  ).toEqual([
    { trialId, name: 'train_loss', steps: [10, 20], values: [2, 1] },
    { trialId, name: 'validation_accuracy', steps: [10], values: [0.5] },
  ]);
});
