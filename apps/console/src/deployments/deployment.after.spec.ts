import { unreported } from './deployment.after';

it('says of a deployment that nobody reported whether a later champion overtook it', () => {
  expect(unreported({ reason: 'promotion', generation: 3 }, 3)).toBe('not yet');
  expect(unreported({ reason: 'rollback', generation: 3 }, 4)).toBe('overtaken');
});

it('waits for a challenger as long as its challenge is on, whoever is champion', () => {
  const challenger = { reason: 'challenge', generation: 5 } as const;
  expect(unreported(challenger, 4)).toBe('not yet');
  expect(unreported(challenger, 6, { ending: null })).toBe('not yet');
  expect(unreported(challenger, 4, { ending: 'stopped' })).toBe('stopped');
  expect(unreported(challenger, 5, { ending: 'replaced' })).toBe('overtaken');
  expect(unreported(challenger, 6, { ending: 'promoted' })).toBe('overtaken');
});
