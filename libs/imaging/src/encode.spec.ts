import { decodeTo } from './decode';
import { encodePng } from './encode';
import { inspectImage } from './inspect';

describe('encodePng', () => {
  it.each([1, 3] as const)('keeps every pixel of an image of %i channels', async (channels) => {
    const shape = { height: 9, width: 11, channels };
    const pixels = Uint8Array.from({ length: 9 * 11 * channels }, (_, i) => (i * 37) % 256);
    const png = await encodePng(pixels, shape);
    expect(await inspectImage(png)).toMatchObject({ format: 'png', height: 9, width: 11, channels });
    expect(await decodeTo(png, shape)).toEqual(pixels);
  });
});
