import { setBackend, tensor } from '@tensorflow/tfjs-core';
import '../tfjs.setup';
import { CounterRandom, permutation } from './counter.random';
import type { Take } from './feed';
import { dropoutField, normalField, uniformField, withDraws } from './random.draws';

const take =
  (step: number): Take =>
  (feed) => {
    const values = new Float32Array(feed.shape.reduce((product, length) => product * length, 1));
    feed.fill(values, step);
    return tensor(values, [...feed.shape]);
  };
const draw = (step: number, field: () => { dataSync(): ArrayLike<number> }) =>
  Array.from(withDraws(take(step), 11, field).dataSync());
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const correlation = (a: number[], b: number[]) => {
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, at) => (value - ma) * (b[at] - mb)));
  return covariance / Math.sqrt(mean(a.map((value) => (value - ma) ** 2)) * mean(b.map((value) => (value - mb) ** 2)));
};

describe('random draws', () => {
  beforeAll(() => setBackend('cpu'));

  test('dropout drops its share and keeps the mean', () => {
    for (const rate of [0.1, 0.25, 0.5, 0.9]) {
      const mask = draw(3, () => dropoutField('site', [64, 500], rate));
      const zeros = mask.filter((value) => value === 0).length / mask.length;
      expect(Math.abs(zeros - rate)).toBeLessThan(0.01);
      expect(Math.abs(mean(mask) - 1)).toBeLessThan(0.05);
    }
  });

  test('uniform numbers are flat, and independent across rows, columns, steps and sites', () => {
    const [rows, columns] = [50, 1000];
    const values = draw(0, () => uniformField('site', [rows, columns]));
    const bins = new Array<number>(20).fill(0);
    for (const value of values) bins[Math.floor(value * 20)]++;
    const expected = values.length / 20;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(60);
    const row = (at: number) => values.slice(at * columns, (at + 1) * columns);
    const limit = 5 / Math.sqrt(columns);
    for (let at = 1; at < 10; at++) expect(Math.abs(correlation(row(0), row(at)))).toBeLessThan(limit);
    for (const lag of [1, 2, 3, 28])
      expect(Math.abs(correlation(values.slice(0, -lag), values.slice(lag)))).toBeLessThan(
        5 / Math.sqrt(values.length),
      );
    expect(
      Math.abs(
        correlation(
          values,
          draw(1, () => uniformField('site', [rows, columns])),
        ),
      ),
    ).toBeLessThan(0.03);
    expect(
      Math.abs(
        correlation(
          values,
          draw(0, () => uniformField('other', [rows, columns])),
        ),
      ),
    ).toBeLessThan(0.03);
    expect(draw(0, () => uniformField('site', [rows, columns]))).toEqual(values);
  });

  test('normal numbers have mean 0, variance 1 and normal tails', () => {
    const values = draw(5, () => normalField('site', [100, 1000]));
    expect(Math.abs(mean(values))).toBeLessThan(0.02);
    expect(Math.abs(mean(values.map((value) => value * value)) - 1)).toBeLessThan(0.03);
    expect(Math.abs(values.filter((value) => Math.abs(value) > 1.96).length / values.length - 0.05)).toBeLessThan(
      0.005,
    );
  });

  test('a counter stream depends on every key and on nothing else', () => {
    const first = (...keys: (number | string)[]) => new CounterRandom(...keys).word();
    const words = [first(1, 'a', 1), first(2, 'a', 1), first(1, 'b', 1), first(1, 'a', 2), first(1, 'a')];
    expect(new Set(words).size).toBe(words.length);
    expect(first(1, 'a', 1)).toBe(words[0]);
    const betas = Array.from({ length: 4000 }, (_, at) => new CounterRandom(at, 'beta').beta(0.4, 0.4));
    expect(Math.abs(mean(betas) - 0.5)).toBeLessThan(0.02);
    const ends = Array.from({ length: 400 }, (_, at) => new CounterRandom(at, 'ends').beta(1e-4, 1e-4));
    expect(ends.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(mean(ends) - 0.5)).toBeLessThan(0.1);
  });

  test('a permutation has every index once', () => {
    const order = permutation(1000, new CounterRandom(4));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, at) => at));
    expect([...order]).not.toEqual([...permutation(1000, new CounterRandom(5))]);
  });
});
