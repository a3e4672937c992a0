import { ModelVersion } from './model.version';
import { Prediction, PredictionRefused } from './prediction';

const order = {
  taskId: 'id',
  task: 'digits',
  generation: 1,
  digest: 'd',
  bytes: 1,
  classes: ['a', 'b'],
  input: { height: 1, width: 1, channels: 1 },
} as const;

describe('a model version', () => {
  const version = () => new ModelVersion(1, order, 0);

  it('drains at once when nobody uses it', async () => {
    expect(await version().retire(1_000)).toBe(true);
  });

  it('drains when the last request has its answer, whatever the order of answers', async () => {
    const model = version();
    const predictions = [0, 1, 2].map(() => new Prediction(model, new Uint8Array(1), 1, () => undefined));
    const retired = model.retire(10_000);
    let drained = false;
    void retired.then(() => (drained = true));
    predictions[1].fill(0, 1, new Float32Array(2), 0, 0);
    predictions[2].settle(new PredictionRefused('cancelled', 'left'));
    predictions[2].settle(new PredictionRefused('cancelled', 'left twice'));
    await new Promise(setImmediate);
    expect(drained).toBe(false);
    predictions[0].fill(0, 1, new Float32Array(2), 0, 0);
    expect(await retired).toBe(true);
    expect(model.inUse).toBe(0);
  });

  it('gives a stuck request up after the deadline', async () => {
    const model = version();
    model.acquire();
    expect(await model.retire(5)).toBe(false);
    expect(model.inUse).toBe(1);
  });
});

describe('a prediction', () => {
  it('gathers the parts of its answer wherever they were computed', () => {
    const outcomes: unknown[] = [];
    const prediction = new Prediction(new ModelVersion(1, order, 0), new Uint8Array(3), 3, (o) => outcomes.push(o));
    prediction.fill(1, 2, Float32Array.of(3, 4, 5, 6), prediction.admittedAt + 2, 5);
    expect(outcomes).toEqual([]);
    prediction.fill(0, 1, Float32Array.of(1, 2), prediction.admittedAt + 1, 4);
    expect(outcomes).toEqual([
      { probabilities: Float32Array.of(1, 2, 3, 4, 5, 6), timings: { queue: expect.closeTo(2, 5), infer: 9 } },
    ]);
  });
});
