import { betterEpoch, expendable, stopsEarly, type BestEpoch } from './training';

describe('the best epoch', () => {
  it('is replaced only by a strictly better one', () => {
    const first = betterEpoch(null, 1, 0.5);
    expect(first).toEqual({ epoch: 1, validationAccuracy: 0.5 });
    expect(betterEpoch(first, 2, 0.5)).toBe(first);
    expect(betterEpoch(first, 3, 0.6)).toEqual({ epoch: 3, validationAccuracy: 0.6 });
  });

  it.each([
    [0, 100, false],
    [3, 6, false],
    [3, 7, true],
    [1, 5, true],
  ])('with patience %d ends epoch %d early: %s', (patience, epoch, stops) => {
    const best: BestEpoch = { epoch: 4, validationAccuracy: 0.9 };
    expect(stopsEarly(best, epoch, patience)).toBe(stops);
  });
});

describe('expendable checkpoints', () => {
  const checkpoints = [40, 10, 30, 20].map((step) => ({ step }));

  it('are all but the newest two and the best', () => {
    expect(expendable(checkpoints, 10)).toEqual([{ step: 20 }]);
    expect(expendable(checkpoints, 40)).toEqual([{ step: 20 }, { step: 10 }]);
    expect(expendable(checkpoints, null)).toEqual([{ step: 20 }, { step: 10 }]);
    expect(expendable(checkpoints.slice(0, 2), 10)).toEqual([]);
  });
});
