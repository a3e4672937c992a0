import { agreement, formatTerms, reachedShare } from './challenge.figures';

const side = (requests: number) => ({ requests, failed: 0, p50Ms: null, p99Ms: null });
const figures = { champion: side(75), challenger: side(25), compared: 40, agreed: 30 };

it('reachedShare counts a canary beside the champion, and a shadow behind it', () => {
  expect(reachedShare({ ...figures, mode: 'canary' })).toBe(0.25);
  expect(reachedShare({ ...figures, mode: 'shadow' })).toBeCloseTo(1 / 3);
  expect(reachedShare({ ...figures, mode: 'canary', champion: side(0), challenger: side(0) })).toBeNull();
});

it('agreement is open before anything was compared', () => {
  expect(agreement({ ...figures, mode: 'shadow' })).toBe(0.75);
  expect(agreement({ ...figures, mode: 'canary', compared: 0, agreed: 0 })).toBeNull();
});

it('formatTerms writes shares as people do', () => {
  expect(formatTerms({ mode: 'canary', percent: 10 })).toBe('canary, 10\u00a0%');
  expect(formatTerms({ mode: 'shadow', percent: 12.5 })).toBe('shadow, 12.5\u00a0%');
});
