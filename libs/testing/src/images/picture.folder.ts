import type { SampleEntry } from '../archives/sample.archives';
import { openPicture } from './sample.images';

/** Files of a class folder: `count` small PNGs, all different, the same for the same `first`. */
export const pictureFolder = (folder: string, first: number, count: number): Promise<SampleEntry[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => ({ name: `${folder}/${i}.png`, content: await smallPng(first + i) })),
  );

const smallPng = (seed: number): Promise<Buffer> =>
  openPicture(12 + (seed % 7), 12)
    .modulate({ hue: (seed * 37) % 360, brightness: 0.5 + (seed % 50) / 60 })
    .png()
    .toBuffer();
