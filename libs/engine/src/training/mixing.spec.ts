import { setBackend, tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import '../tfjs.setup';
import { steady } from '../testing/parity';
import { CounterRandom } from './counter.random';
import { valuesOf } from './feed';
import { drawKept, mix } from './mixing';
import { withDraws } from './random.draws';

const [height, width] = [8, 6];
const draw = (h: { cutmix: number; mixup: number }, step: number) => {
  const kept = new Float32Array(height * width);
  drawKept(kept, width, h, new CounterRandom(1, step, 'cutmix'));
  return kept;
};
const steps = Array.from({ length: 300 }, (_, step) => step);

describe('mixing', () => {
  test('cutmix takes one rectangle, of any size and anywhere, the same at every try', () => {
    const areas = steps.map((step) => {
      const kept = draw({ cutmix: 1, mixup: 0 }, step);
      const taken = [...kept.keys()].filter((at) => kept[at] === 0);
      const span = (places: number[]) => (places.length === 0 ? 0 : Math.max(...places) - Math.min(...places) + 1);
      const rows = span(taken.map((at) => Math.floor(at / width)));
      expect(rows * span(taken.map((at) => at % width))).toBe(taken.length);
      expect(draw({ cutmix: 1, mixup: 0 }, step)).toEqual(kept);
      return taken.length / kept.length;
    });
    expect(Math.max(...areas)).toBeGreaterThan(0.8);
    expect(Math.min(...areas)).toBe(0);
    expect(new Set(areas).size).toBeGreaterThan(20);
  });

  test('with mixup on too, about half of the batches are laid over each other', () => {
    const laid = steps.filter((step) => {
      const kept = draw({ cutmix: 1, mixup: 0.4 }, step);
      return kept.every((value) => value === kept[0]) && kept[0] > 0 && kept[0] < 1;
    });
    expect(Math.abs(laid.length / steps.length - 0.5)).toBeLessThan(0.1);
  });

  test.each([{ cutmix: 1 }, { mixup: 0.8 }, { cutmix: 1, mixup: 0.8 }])(
    'by %j a target has as much of the other as the image has',
    async (settings) => {
      await setBackend('cpu');
      const images = tensor(
        [...new Array<number>(48).fill(0), ...new Array<number>(48).fill(1)],
        [2, height, width, 1],
      );
      const targets = tensor([1, 0, 0, 1], [2, 2]);
      for (const step of [3, 4, 5, 6]) {
        const mixed = withDraws(
          (feed) => tensor(valuesOf(feed, step), [...feed.shape]),
          1,
          () => mix({ images: images as Tensor4D, targets: targets as Tensor2D }, { ...steady, ...settings }),
        );
        const pixels = [...mixed.images.dataSync()];
        const [first, second] = [0, 48].map(
          (from) => pixels.slice(from, from + 48).reduce((sum, value) => sum + value) / 48,
        );
        expect(first).toBeGreaterThan(0);
        expect(first).toBeLessThan(1);
        const parts = [1 - first, first, 1 - second, second];
        [...mixed.targets.dataSync()].forEach((part, at) => expect(part).toBeCloseTo(parts[at], 5));
      }
    },
  );
});
