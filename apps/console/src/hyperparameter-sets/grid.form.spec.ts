import { hyperparameterGrid } from '@ratchet/contracts';
import { defaultHyperparameters } from '@ratchet/domain';
import { gridGroups } from './grid.fields';
import { combinationsOf, gridOf, problemOf, settingsOf } from './grid.form';

it('the form has every hyperparameter once', () => {
  const names = gridGroups.flatMap((group) => group.fields.map((field) => field.name));
  expect([...names].sort()).toEqual(Object.keys(defaultHyperparameters).sort());
});

it('gridOf leaves empty entries out, keeps single values plain and reads several as lists', () => {
  const grid = gridOf({
    learningRate: '0.1, 0.01',
    epochs: ' 5 ',
    momentum: '',
    optimizer: ['sgd'],
    nesterov: [true, false],
  });
  expect(grid).toEqual({ learningRate: [0.1, 0.01], epochs: 5, optimizer: 'sgd', nesterov: [true, false] });
  expect(hyperparameterGrid.parse(grid)).toEqual(grid);
});

it.each([
  ['learningRate', '-1', '-1: must be more than 0'],
  ['learningRate', '0.1 nought', 'nought: must be a number'],
  ['momentum', '1', '1: must be less than 1'],
  ['epochs', '2.5', '2.5: must be a whole number'],
  ['batchSize', '8, 0', '0: must be at least 1'],
] as const)('refuses %s = %s and says why', (name, entry, expected) => {
  expect(problemOf(name, entry)).toBe(expected);
});

it.each(['', undefined, '0.1', '0.1, 0.01; 1e-3'])('accepts a learning rate of %p', (entry) => {
  expect(problemOf('learningRate', entry)).toBeUndefined();
});

it('counts combinations, equal values once', () => {
  expect(combinationsOf({ learningRate: '0.1 0.01 0.1', batchSize: '32 64 128' })).toEqual({ count: 6, allowed: true });
  const many = Array.from({ length: 40 }, (_, i) => i + 1).join(' ');
  expect(combinationsOf({ epochs: many, batchSize: many })).toEqual({ count: 1600, allowed: false });
});

it('settingsOf tells what differs from the defaults', () => {
  expect(settingsOf(defaultHyperparameters)).toBe('adam · learningRate 0.001');
  expect(settingsOf({ ...defaultHyperparameters, optimizer: 'sgd', nesterov: true, batchSize: 64 })).toBe(
    'sgd · learningRate 0.001 · nesterov · batchSize 64',
  );
});
