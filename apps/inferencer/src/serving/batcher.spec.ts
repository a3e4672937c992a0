import { Batcher } from './batcher';
import { ModelVersion } from './model.version';
import { Prediction, PredictionRefused } from './prediction';

const version = () =>
  new ModelVersion(
    1,
    {
      taskId: 'id',
      task: 'digits',
      generation: 1,
      digest: 'd',
      bytes: 1,
      classes: ['a', 'b'],
      input: { height: 1, width: 1, channels: 1 },
    },
    0,
  );
const limits = { batch: 4, queue: 10, delayMs: 0 };

describe('Batcher', () => {
  const setUp = (overrides: Partial<typeof limits> = {}) => {
    const model = version();
    const batcher = new Batcher(model, { ...limits, ...overrides });
    const add = (count: number) => {
      const prediction = new Prediction(model, new Uint8Array(count), count, () => undefined);
      batcher.add(prediction);
      return prediction;
    };
    return { batcher, add, model };
  };
  const shapeOf = (batch: ReturnType<Batcher['take']>) => batch?.parts.map((p) => [p.start, p.count]);

  it('expects of a batch what it observed, and nothing before', () => {
    const { batcher } = setUp();
    expect(batcher.expectedMs(1)).toBe(Infinity);
    batcher.observe(4, 2);
    expect(batcher.expectedMs(3)).toBeCloseTo(1.5);
  });

  it('takes what waits, in order, up to the limit', () => {
    const { batcher, add } = setUp();
    for (let i = 0; i < 6; i++) add(1);
    expect(batcher.take(1)!.count).toBe(4);
    expect(batcher.take(1)!.count).toBe(2);
    expect(batcher.take(1)).toBeNull();
  });

  it('splits a request that does not fit and keeps its parts in order', () => {
    const { batcher, add } = setUp();
    add(3);
    add(6);
    expect(shapeOf(batcher.take(1))).toEqual([
      [0, 3],
      [0, 1],
    ]);
    expect(shapeOf(batcher.take(1))).toEqual([[1, 4]]);
    expect(shapeOf(batcher.take(1))).toEqual([[5, 1]]);
  });

  it('refuses by the number of images that wait', () => {
    const { batcher, add } = setUp();
    add(8);
    expect(batcher.fits(2)).toBe(true);
    expect(batcher.fits(3)).toBe(false);
  });

  it('leaves out predictions that nobody waits for any more', () => {
    const { batcher, add } = setUp();
    const [gone, stays, alsoGone] = [add(1), add(1), add(1)];
    gone.settle(new PredictionRefused('deadline', 'late'));
    alsoGone.settle(new PredictionRefused('cancelled', 'left'));
    const batch = batcher.take(1)!;
    expect(batch.parts.map((p) => p.prediction)).toEqual([stays]);
    expect(batcher.waiting).toBe(0);
  });

  it('lets a prediction that failed once travel alone', () => {
    const { batcher, add } = setUp();
    const [suspect, innocent] = [add(1), add(1)];
    const batch = batcher.take(1)!;
    suspect.failures = 1;
    batcher.putBack(batch.parts);
    expect(batcher.take(1)!.parts.map((p) => p.prediction)).toEqual([suspect]);
    expect(batcher.take(1)!.parts.map((p) => p.prediction)).toEqual([innocent]);
  });

  it('waits for company only when told to, and not once a batch is full', () => {
    const { batcher, add } = setUp({ delayMs: 50 });
    const { admittedAt } = add(1);
    expect(batcher.readyIn(admittedAt + 20)).toBeCloseTo(30, 5);
    expect(batcher.readyIn(admittedAt + 50)).toBe(0);
    add(3);
    expect(batcher.readyIn(admittedAt)).toBe(0);
    const eager = setUp();
    expect(eager.batcher.readyIn(0)).toBe(Infinity);
    eager.add(1);
    expect(eager.batcher.readyIn(0)).toBe(0);
  });

  it('spreads slow images over free threads and keeps fast ones together', () => {
    const slow = setUp();
    slow.batcher.observe(1, 10);
    for (let i = 0; i < 4; i++) slow.add(1);
    expect(slow.batcher.take(2)!.count).toBe(2);
    const fast = setUp();
    fast.batcher.observe(1, 0.02);
    for (let i = 0; i < 4; i++) fast.add(1);
    expect(fast.batcher.take(2)!.count).toBe(4);
  });

  it('keeps batches of very slow models short', () => {
    const { batcher, add } = setUp();
    batcher.observe(1, 100);
    add(4);
    expect(batcher.take(1)!.count).toBe(1);
  });

  it('keeps its count through any sequence of adding, taking, putting back and settling', () => {
    const { batcher, add } = setUp({ queue: 10_000 });
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    let added = 0;
    let taken = 0;
    let settled = 0;
    for (let step = 0; step < 2_000; step++) {
      const choice = random(4);
      if (choice === 0) {
        const count = 1 + random(6);
        add(count);
        added += count;
      } else if (choice === 1) taken += batcher.take(1 + random(3))?.count ?? 0;
      else if (choice === 2) {
        const batch = batcher.take(1);
        if (batch) batcher.putBack(batch.parts);
      } else if (random(10) === 0) {
        for (const prediction of batcher.drain()) prediction.settle(new PredictionRefused('cancelled', ''));
        settled = added - taken;
        expect(batcher.waiting).toBe(0);
        taken += settled;
      }
      expect(batcher.waiting).toBe(added - taken);
    }
  });
});
