import { missingParts, previewBody, sameClasses } from './experiment.form';

it('a version fits a task only with the same classes in the same order', () => {
  expect(sameClasses({ classes: ['a', 'b'] }, { classes: ['a', 'b'] })).toBe(true);
  expect(sameClasses({ classes: ['b', 'a'] }, { classes: ['a', 'b'] })).toBe(false);
  expect(sameClasses({ classes: ['a', 'b', 'c'] }, { classes: ['a', 'b'] })).toBe(false);
});

it('names what has to be registered first, in order', () => {
  expect(missingParts({ tasks: [], networks: [1], sets: [] }).map((m) => m.action.to)).toEqual([
    '/tasks/create',
    '/hyperparameter-sets/create',
  ]);
});

it('previews only a whole choice, with a name or without', () => {
  const choice = { taskId: 't', datasetVersionIds: ['d'], networkVersionIds: ['n'], hyperparameterSetIds: ['h'] };
  expect(previewBody({ ...choice, name: ' ' })).toEqual({ ...choice, name: 'preview' });
  expect(previewBody({ ...choice, networkVersionIds: [] })).toBeNull();
});
