import fc from 'fast-check';
import {
  defaultHyperparameters,
  expandGrid,
  gridSize,
  learningRateAt,
  type HyperparameterGrid,
} from './hyperparameters';

describe('a hyperparameter grid', () => {
  it('stands for every combination of its lists, defaults for the rest', () => {
    const cells = expandGrid({ learningRate: [0.1, 0.01], batchSize: [16, 32, 64], epochs: 3 });
    expect(cells).toHaveLength(6);
    expect(cells.map((c) => [c.learningRate, c.batchSize])).toEqual([
      [0.1, 16],
      [0.1, 32],
      [0.1, 64],
      [0.01, 16],
      [0.01, 32],
      [0.01, 64],
    ]);
    expect(cells[0]).toEqual({ ...defaultHyperparameters, learningRate: 0.1, batchSize: 16, epochs: 3 });
  });

  it('counts a value given twice once', () => {
    expect(expandGrid({ seed: [1, 1, 2] }).map((c) => c.seed)).toEqual([1, 2]);
  });

  it('knows its size without being built', () => {
    const list = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(list, list, fc.option(list, { nil: undefined }), (batchSize, epochs, seed) => {
        const grid: HyperparameterGrid = { batchSize, epochs, seed };
        expect(expandGrid(grid)).toHaveLength(gridSize(grid));
      }),
    );
  });
});

describe('learningRateAt', () => {
  const h = { ...defaultHyperparameters, learningRate: 0.4, epochs: 10 };

  it('rises linearly through the warm-up and then holds', () => {
    const warm = { ...h, warmupEpochs: 0.5 }; // 4 of 8 steps
    expect([0, 1, 3, 4, 79].map((step) => learningRateAt(warm, step, 8))).toEqual([0.1, 0.2, 0.4, 0.4, 0.4]);
  });

  it('falls by the factor every few epochs', () => {
    const step = { ...h, schedule: 'step' as const, stepEpochs: 3, stepFactor: 0.5 };
    expect([0, 23, 24, 48].map((s) => learningRateAt(step, s, 8))).toEqual([0.4, 0.4, 0.2, 0.1]);
  });

  it('follows half a cosine from the peak towards 0', () => {
    const cosine = { ...h, schedule: 'cosine' as const };
    expect(learningRateAt(cosine, 0, 8)).toBeCloseTo(0.4, 12);
    expect(learningRateAt(cosine, 40, 8)).toBeCloseTo(0.2, 12);
    expect(learningRateAt(cosine, 79, 8)).toBeLessThan(0.001);
    expect(learningRateAt(cosine, 80, 8)).toBeCloseTo(0, 12);
  });

  it('never leaves (0, peak] during a run', () => {
    const schedule = fc.constantFrom('constant' as const, 'step' as const, 'cosine' as const);
    fc.assert(
      fc.property(schedule, fc.double({ min: 0, max: 3, noNaN: true }), fc.nat(79), (kind, warmupEpochs, step) => {
        const rate = learningRateAt({ ...h, schedule: kind, warmupEpochs }, step, 8);
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(0.4);
      }),
    );
  });
});
