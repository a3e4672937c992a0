import { setBackend, tensor4d } from '@tensorflow/tfjs-core';
import type { Hyperparameters } from '@ratchet/domain';
import { augmentationSettings } from '../testing/augmentation.settings';
import { around } from '../testing/keras.networks';
import { cpu, steady, syntheticImages, tfjs, trainOn, worstDifference } from '../testing/parity';
import { augment } from './augmentation';
import type { Take } from './feed';
import { withDraws } from './random.draws';
import { tensor } from '@tensorflow/tfjs-core';

/** Seconds on an idle machine; a busy one may take its time. */
jest.setTimeout(180_000);

const data = syntheticImages({ height: 6, width: 6, channels: 3 }, 3, 8);
const take =
  (step: number): Take =>
  (feed) => {
    const size = feed.shape.reduce((product, length) => product * length, 1);
    const values = feed.type === 'int32' ? new Int32Array(size) : new Float32Array(size);
    feed.fill(values, step);
    return tensor(values, [...feed.shape], feed.type === 'int32' ? 'int32' : 'float32');
  };

describe('augmentation', () => {
  beforeAll(() => setBackend('cpu'));

  test.each(Object.entries(augmentationSettings))('%s is the same compiled as by tfjs', async (_name, augmented) => {
    const h = { ...steady, ...augmented };
    const reference = await trainOn(tfjs, around(), h, data, 10);
    const plain = await trainOn(cpu, around(), steady, data, 10);
    const { losses, values } = worstDifference(await trainOn(cpu, around(), h, data, 10), reference);
    expect(losses).toBeLessThan(1e-4);
    expect(values).toBeLessThan(1e-4);
    expect(worstDifference(plain, reference).losses).toBeGreaterThan(1e-3);
  });

  /** All variants of one image over many steps. */
  const variants = (augmented: Partial<Hyperparameters>, pixels: number[], side: number) => {
    const seen = new Set<string>();
    for (let step = 0; step < 80; step++) {
      const images = tensor4d(pixels, [1, side, side, 1]);
      const result = withDraws(take(step), 7, () => augment(images, { ...steady, ...augmented }));
      seen.add([...result.dataSync()].map((value) => value.toFixed(2)).join(' '));
    }
    return seen;
  };

  test('flips and quarter turns make the eight forms of a square, and nothing else', () => {
    const forms = variants({ rotate90: true }, [0.1, 0.2, 0.3, 0.4], 2);
    expect(forms.size).toBe(8);
    for (const form of forms) expect(form.split(' ').sort()).toEqual(['0.10', '0.20', '0.30', '0.40']);
    expect(variants({ flipHorizontal: true }, [0.1, 0.2, 0.3, 0.4], 2)).toEqual(
      new Set(['0.10 0.20 0.30 0.40', '0.20 0.10 0.40 0.30']),
    );
  });

  test('shifts repeat the edge', () => {
    const rows = [0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 0.9, 0.9, 0.9];
    const forms = [...variants({ shift: 1 / 3 }, rows, 3)].map((form) =>
      form
        .split(' ')
        .filter((_, at) => at % 3 === 0)
        .join(' '),
    );
    expect(new Set(forms)).toEqual(new Set(['0.10 0.50 0.90', '0.10 0.10 0.50', '0.50 0.90 0.90']));
  });

  test('light stays within the image range', () => {
    for (const form of variants({ brightness: 1, contrast: 1 }, [0, 0.5, 0.5, 1], 2))
      for (const value of form.split(' ').map(Number)) expect(value >= 0 && value <= 1).toBe(true);
  });

  test("contrast stretches and shrinks around each image's own mean, brightness moves all of it, both as far as asked", () => {
    const image = [0.4, 0.45, 0.55, 0.6];
    const seen = (augmented: Partial<Hyperparameters>) =>
      [...variants(augmented, image, 2)].map((form) => form.split(' ').map(Number));
    const factors = seen({ contrast: 0.5 }).map((form) => {
      form.forEach((value, at) => expect(value - 0.5).toBeCloseTo(((form[3] - 0.5) / 0.1) * (image[at] - 0.5), 1.5));
      return (form[3] - 0.5) / 0.1;
    });
    expect(Math.min(...factors)).toBeLessThan(0.6);
    expect(Math.max(...factors)).toBeGreaterThan(1.4);
    for (const factor of factors) expect(Math.abs(factor - 1)).toBeLessThan(0.56);
    const moves = seen({ brightness: 0.2 }).map((form) => {
      form.forEach((value, at) => expect(value - image[at]).toBeCloseTo(form[0] - image[0], 1.5));
      return form[0] - image[0];
    });
    expect(Math.min(...moves)).toBeLessThan(-0.15);
    expect(Math.max(...moves)).toBeGreaterThan(0.15);
    for (const move of moves) expect(Math.abs(move)).toBeLessThan(0.206);
  });

  test('noise has the deviation asked for, in units of full scale', () => {
    const grey = new Array<number>(20 * 20).fill(0.5);
    const values = [...variants({ noise: 0.1 }, grey, 20)].flatMap((form) => form.split(' ').map(Number));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)).toBeCloseTo(0.1, 2);
  });
});
