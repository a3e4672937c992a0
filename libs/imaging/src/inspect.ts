import { InvalidInput } from '@ratchet/domain';
import { readBmpHeader } from './bmp.decoder';
import {
  assertImageFormat,
  assertPixels,
  defaultImageLimits,
  type ImageFormat,
  type ImageLimits,
} from './image.format';
import { complain, openImage } from './native';

/** What an image's header says. */
export interface ImageInfo {
  readonly format: ImageFormat;
  /** Pixels, upright: after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** As stored: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha or CMYK. */
  readonly channels: number;
  readonly bitsPerChannel: 8 | 16;
}

/**
 * Reads the header alone; no pixel is decoded.
 * @throws InvalidInput when it is no image we read, over a limit, or of a pixel type without a natural 8-bit scale
 */
export async function inspectImage(bytes: Uint8Array, limits: ImageLimits = defaultImageLimits): Promise<ImageInfo> {
  const format = assertImageFormat(bytes, limits);
  if (format === 'bmp') {
    const { width, height, channels } = readBmpHeader(bytes);
    assertPixels(width, height, limits);
    return { format, width, height, channels, bitsPerChannel: 8 };
  }
  const header = await complain(format, () => openImage(bytes).metadata());
  const { width, height } = header.autoOrient;
  assertPixels(width, height, limits);
  if (header.depth !== 'uchar' && header.depth !== 'ushort')
    throw new InvalidInput(
      'image',
      `stores ${header.depth} values, which have no fixed white. Save it with 8 or 16 unsigned bits per channel.`,
    );
  return { format, width, height, channels: header.channels, bitsPerChannel: header.depth === 'ushort' ? 16 : 8 };
}
