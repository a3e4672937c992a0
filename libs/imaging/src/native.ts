import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { InvalidInput } from '@ratchet/domain';

// One libvips thread an image: servers and importers get their parallelism from many images at once, and a thread pool
// inside each would fight with them. No operation cache: no two requests ask for the same pixels.
sharp.cache(false);
sharp.concurrency(1);

const SECONDS = 60;

/**
 * A libvips pipeline over an image file: orientation applied, damage fatal, first page only.
 * The header's pixels are checked before by the caller, so libvips's own limit is off.
 */
export const openImage = (bytes: Uint8Array): Sharp => bounded(bytes, { failOn: 'warning', autoOrient: true });

export const openPixels = (pixels: Uint8Array, width: number, height: number, channels: 1 | 3 | 4): Sharp =>
  bounded(pixels, { raw: { width, height, channels } });

const bounded = (input: Uint8Array, options: SharpOptions): Sharp =>
  sharp(input, { ...options, limitInputPixels: false }).timeout({ seconds: SECONDS });

/** Runs a pipeline and turns libvips's complaint into one about the image. */
export async function complain<T>(format: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const said = (error as Error).message.split('\n')[0];
    throw new InvalidInput('image', `the ${format} data is truncated or damaged (${said}). Export it again.`, {
      format,
    });
  }
}
