import { decidingImages, ofMix, type GateMistake } from './gate.mistakes';

const wrong = (image: string, actual = 0, predicted = 1): GateMistake => ({
  sha256: image.repeat(64),
  file: `${image}.png`,
  actual,
  predicted,
});

it('decidingImages leaves out what both get wrong, though they may call it differently', () => {
  const candidate = [wrong('a', 0, 1), wrong('b')];
  const champion = [wrong('a', 0, 2), wrong('c'), wrong('d')];
  expect(decidingImages(candidate, champion)).toEqual({ gained: [wrong('c'), wrong('d')], lost: [wrong('b')] });
});

it('ofMix keeps one cell of the matrix, or everything', () => {
  const all = [wrong('a', 0, 1), wrong('b', 1, 0), wrong('c', 0, 2)];
  expect(ofMix(all, { actual: 1, predicted: 0 })).toEqual([wrong('b', 1, 0)]);
  expect(ofMix(all, null)).toEqual(all);
});
