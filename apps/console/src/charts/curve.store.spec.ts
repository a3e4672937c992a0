import { CurveStore } from './curve.store';

const point = (step: number, value: number, name: 'validation_accuracy' | 'train_loss' = 'validation_accuracy') => ({
  name,
  step,
  value,
});

describe('CurveStore', () => {
  it('keeps points by step, one per step, the latest word winning', () => {
    const store = new CurveStore('validation_accuracy');
    store.add('a', [point(20, 0.2), point(10, 0.1)]);
    store.add('a', [point(20, 0.25), point(15, 0.15)]);
    expect(store.points('a')).toEqual([
      [10, 0.1],
      [15, 0.15],
      [20, 0.25],
    ]);
  });

  it('ignores other metrics and says so', () => {
    const store = new CurveStore('validation_accuracy');
    expect(store.add('a', [point(1, 3, 'train_loss')])).toBe(false);
    expect(store.trials()).toEqual([]);
  });

  it('hands out each change once', () => {
    const store = new CurveStore('validation_accuracy');
    store.add('a', [point(1, 0.1)]);
    store.add('b', [point(1, 0.1)]);
    expect(store.takeChanged()).toEqual(['a', 'b']);
    store.add('b', [point(2, 0.2)]);
    expect(store.takeChanged()).toEqual(['b']);
    expect(store.takeChanged()).toEqual([]);
  });

  it('keeps live points that are ahead of what was stored', () => {
    const store = new CurveStore('validation_accuracy');
    store.add('a', [point(10, 0.11), point(30, 0.3)]);
    store.load([{ trialId: 'a', name: 'validation_accuracy', steps: [10, 20], values: [0.1, 0.2] }]);
    expect(store.points('a')).toEqual([
      [10, 0.1],
      [20, 0.2],
      [30, 0.3],
    ]);
  });
});
