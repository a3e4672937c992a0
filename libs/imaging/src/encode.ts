import type { ImageShape } from '@ratchet/domain';
import sharp from 'sharp';

/** Raw pixels `[height, width, channels]`, row by row, as a PNG file. */
export const encodePng = (pixels: Uint8Array, { height, width, channels }: ImageShape): Promise<Buffer> =>
  sharp(pixels, { raw: { height, width, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer();
