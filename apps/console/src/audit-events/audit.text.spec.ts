import { detailText } from './audit.text';

it('puts a detail on one line', () => {
  expect(detailText({ reason: 'drift', ids: [1, 2] })).toBe('reason: drift, ids: [1,2]');
  expect(detailText({ text: 'x'.repeat(300) })).toHaveLength(200);
});
