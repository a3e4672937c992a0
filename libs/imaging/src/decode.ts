import type { ImageShape } from '@ratchet/domain';
import type { Sharp } from 'sharp';
import { decodeBmp, readBmpHeader } from './bmp.decoder';
import {
  assertImageFormat,
  assertPixels,
  defaultImageLimits,
  type ImageFormat,
  type ImageLimits,
} from './image.format';
import { inspectImage, type ImageInfo } from './inspect';
import { decodePlainPng } from './png.decoder';
import { complain, openImage, openPixels } from './native';

/**
 * An image file as the bytes a network sees: `height × width × channels`, row by row, channels innermost, full range
 * 0–255. One function for training, gating and serving, so that what is measured is what is served.
 *
 * - Upright by EXIF orientation; the first page of several; an embedded colour profile and CMYK become sRGB.
 * - Transparency lies on black: where nothing was recorded, nothing shines.
 * - 16 bits are scaled to 8 by the full range, never by the picture's own: the same grey is the same number everywhere.
 * - Grey from colour is CIE luminance; colour from grey repeats it.
 * - Resized by stretching the whole picture to the shape with a triangle kernel (antialiased bilinear, as torchvision's).
 *   No crop, because a flaw may touch the edge; no letterbox, because bars are edges that no camera saw and cost pixels;
 *   no kernel with negative lobes, because ringing around a scratch looks like another one.
 *   An image that already has the size is not resampled.
 *
 * @throws InvalidInput as `inspectImage`, and when the data is truncated or damaged
 */
export async function decodeTo(
  bytes: Uint8Array,
  shape: ImageShape,
  limits: ImageLimits = defaultImageLimits,
): Promise<Uint8Array> {
  const { height, width, channels } = shape;
  const { info, pixels, open } = await openPicture(bytes, limits);
  const fits = info.height === height && info.width === width;
  if (fits && pixels && info.channels === channels) return pixels;
  if (fits && pixels && info.channels === 1) return threefold(pixels);

  const grey = channels === 1 || info.channels <= 2;
  let image = open()
    .flatten({ background: '#000' })
    .toColourspace(grey ? 'b-w' : 'srgb');
  if (!fits) image = image.resize(width, height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false });
  const decoded = await complain(info.format, () => image.raw().toBuffer());
  const shaped =
    grey && channels === 3 ? threefold(decoded) : new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length);
  if (shaped.length !== height * width * channels)
    throw new Error(`decoded ${shaped.length} bytes for ${height}×${width}×${channels} from ${info.format}`);
  return shaped;
}

/** libvips would round 16-bit grey differently on its way to colour than on its way to grey. */
function threefold(grey: Uint8Array): Uint8Array {
  const colour = new Uint8Array(grey.length * 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) colour[at] = colour[at + 1] = colour[at + 2] = grey[i];
  return colour;
}

/**
 * Decodes every pixel and keeps none: whether an image can be trusted, before it is stored.
 * @throws InvalidInput as `decodeTo`
 */
export async function verifyImage(bytes: Uint8Array, limits: ImageLimits = defaultImageLimits): Promise<ImageInfo> {
  const { info, pixels, open } = await openPicture(bytes, limits);
  // A resize to nothing pulls all rows through the decoder without ever holding the whole picture.
  const whole = () => open().resize(8, 8, { fit: 'fill', kernel: 'linear' }).raw().toBuffer();
  if (!pixels) await complain(info.format, whole);
  return info;
}

/** A WebP that fits a square of `size` pixels, never enlarged: what people look at, not what networks see. */
export async function thumbnail(
  bytes: Uint8Array,
  size: number,
  limits: ImageLimits = defaultImageLimits,
): Promise<Uint8Array> {
  const { info, open } = await openPicture(bytes, limits);
  const image = open().resize(size, size, { fit: 'inside', withoutEnlargement: true });
  return complain(info.format, () => image.webp({ quality: 80, effort: 2 }).toBuffer());
}

interface Picture {
  readonly info: ImageInfo;
  /** `[height][width][channels]`, where they could be had without libvips. */
  readonly pixels: Uint8Array | null;
  /** A libvips pipeline over the picture; it decodes only when it runs. */
  readonly open: () => Sharp;
}

async function openPicture(bytes: Uint8Array, limits: ImageLimits): Promise<Picture> {
  const format = assertImageFormat(bytes, limits);
  if (format === 'bmp') {
    const header = readBmpHeader(bytes);
    assertPixels(header.width, header.height, limits);
    return decoded(format, { ...header, data: await decodeBmp(bytes, header) });
  }
  const plain = format === 'png' ? decodePlainPng(bytes) : null;
  if (plain && plain.width * plain.height <= limits.maxPixels) return decoded(format, plain);
  return { info: await inspectImage(bytes, limits), pixels: null, open: () => openImage(bytes) };
}

function decoded(
  format: ImageFormat,
  { width, height, channels, data }: { width: number; height: number; channels: 1 | 3 | 4; data: Uint8Array },
): Picture {
  return {
    info: { format, width, height, channels, bitsPerChannel: 8 },
    pixels: data,
    open: () => openPixels(data, width, height, channels),
  };
}
