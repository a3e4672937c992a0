import { ones, randomNormal, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import '../tfjs.setup';
import { valuesOf } from '../training/feed';
import { withDraws } from '../training/random.draws';
import { seedNoise, SpatialDropout2D } from './noise.layers';

const [images, pixels, channels] = [24, 30, 8];
const shape = [images, pixels, pixels, channels];

/** What a layer makes of `x` in training. */
function trained(layer: layers.Layer, x: Tensor): Float32Array {
  seedNoise(layer);
  expect((layer.call(x, { training: false }) as Tensor).dataSync()).toEqual(x.dataSync());
  const drawn = withDraws(
    (feed) => tensor(valuesOf(feed, 4), [...feed.shape]),
    7,
    () => layer.call(x, { training: true }) as Tensor,
  );
  expect(drawn.shape).toEqual(x.shape);
  return drawn.dataSync() as Float32Array;
}

const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = meanOf(values);
  return { mean, deviation: Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))) };
}

/** The values of each channel of each image. */
const planes = (values: Float32Array): Float32Array[] =>
  Array.from({ length: images * channels }, (_, plane) => {
    const [image, channel] = [Math.floor(plane / channels), plane % channels];
    return Float32Array.from(
      { length: pixels ** 2 },
      (_value, at) => values[(image * pixels ** 2 + at) * channels + channel],
    );
  });

/** Parity with tfjs cannot show these: there the reference draws by the same formulas. */
describe('layers that draw do as published', () => {
  beforeAll(() => setBackend('cpu'));

  test('dropout drops single values and scales the others up, so that the mean stays', () => {
    const values = trained(layers.dropout({ rate: 0.4 }), ones(shape));
    const levels = [...new Set(values)].sort();
    expect(levels[0]).toBe(0);
    expect(levels).toHaveLength(2);
    expect(levels[1]).toBeCloseTo(1 / 0.6, 2);
    expect(moments(values).mean).toBeCloseTo(1, 2);
    for (const plane of planes(values)) expect(new Set(plane).size).toBe(2);
  });

  test('spatial dropout drops whole channels, of each image others', () => {
    const found = planes(trained(new SpatialDropout2D({ rate: 0.4 }), ones(shape)));
    for (const plane of found) expect(new Set(plane).size).toBe(1);
    const dropped = found.map(([first]) => first === 0);
    expect(Math.abs(dropped.filter(Boolean).length / dropped.length - 0.4)).toBeLessThan(0.1);
    const perImage = Array.from({ length: images }, (_, at) =>
      dropped.slice(at * channels, (at + 1) * channels).join(),
    );
    expect(new Set(perImage).size).toBeGreaterThan(images / 2);
  });

  test('alpha dropout keeps mean and variance of normal values, and sets what it drops to one level', () => {
    const values = trained(layers.alphaDropout({ rate: 0.2 }), randomNormal(shape, 0, 1, 'float32', 3));
    const { mean, deviation } = moments(values);
    expect(mean).toBeCloseTo(0, 1);
    expect(deviation).toBeCloseTo(1, 1);
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const [level, count] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
    expect(count / values.length).toBeCloseTo(0.2, 1);
    const saturation = -1.7580993408473766;
    const slope = (0.8 * (1 + 0.2 * saturation ** 2)) ** -0.5;
    expect(level).toBeCloseTo(slope * saturation * (1 - 0.2), 4);
  });

  test('Gaussian dropout multiplies by numbers of mean 1 and variance rate / (1 − rate)', () => {
    const { mean, deviation } = moments(trained(layers.gaussianDropout({ rate: 0.2 }), ones(shape)));
    expect(mean).toBeCloseTo(1, 2);
    expect(deviation).toBeCloseTo(0.5, 1.5);
  });

  test('Gaussian noise adds numbers of mean 0 and the deviation asked for', () => {
    const { mean, deviation } = moments(trained(layers.gaussianNoise({ stddev: 0.3 }), ones(shape)));
    expect(mean).toBeCloseTo(1, 2);
    expect(deviation).toBeCloseTo(0.3, 2);
  });
});
