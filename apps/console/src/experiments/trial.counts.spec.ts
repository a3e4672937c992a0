import { countsText, isActive, progressOf } from './trial.counts';

it('counts what will not change any more', () => {
  expect(progressOf({ QUEUED: 1, RUNNING: 1, LOST: 1, COMPLETED: 3, FAILED: 1, CANCELLED: 1 })).toEqual({
    finished: 5,
    all: 8,
    share: 0.625,
  });
  expect(progressOf({})).toEqual({ finished: 0, all: 0, share: 0 });
});

it('is active while something runs or waits', () => {
  expect(isActive({ COMPLETED: 3 })).toBe(false);
  expect(isActive({ COMPLETED: 3, LOST: 1 })).toBe(true);
});

it('tells only the states that occur', () => {
  expect(countsText({ QUEUED: 0, RUNNING: 2, COMPLETED: 1 })).toBe('2 running, 1 completed');
});
