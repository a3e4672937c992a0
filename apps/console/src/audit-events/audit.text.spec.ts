import { detailText, eventSubject } from './audit.text';

it('puts a detail on one line', () => {
  expect(detailText({ reason: 'drift', ids: [1, 2] })).toBe('reason: drift, ids: [1,2]');
  expect(detailText({ text: 'x'.repeat(300) })).toHaveLength(200);
});

it('names what an event was about, and nothing where it does not say', () => {
  expect(eventSubject({ task: 'digits', version: 4, reason: 'better' })).toBe('digits, version 4');
  expect(eventSubject({ reason: 'better' })).toBe('');
});
