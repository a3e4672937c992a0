import { detailText, eventSubject, resourceNoun } from './audit.text';

it('puts a detail on one line, whole, and ids last', () => {
  const modelVersionId = '01936d6e-9c1e-7000-8000-000000000001';
  expect(detailText({ modelVersionId, reason: 'drift', counts: [1, 2] })).toBe(
    `reason: drift, counts: [1,2], modelVersionId: ${modelVersionId}`,
  );
  expect(detailText({ text: 'x'.repeat(300) })).toHaveLength(306);
});

it('names what an event was about, and nothing where it does not say', () => {
  expect(eventSubject({ task: 'digits', version: 4, reason: 'better' })).toBe('digits, version 4');
  expect(eventSubject({ reason: 'better' })).toBe('');
});

it('speaks of one of a resource', () => {
  expect(['tasks', 'hyperparameter-sets', 'api-keys'].map(resourceNoun)).toEqual([
    'task',
    'hyperparameter set',
    'API key',
  ]);
});
