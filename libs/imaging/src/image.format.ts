import { InvalidInput } from '@ratchet/domain';

export const imageFormats = ['jpeg', 'png', 'webp', 'tiff', 'bmp'] as const;
export type ImageFormat = (typeof imageFormats)[number];

export const contentTypes: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
};

/** What an image may cost. Both limits are checked before anything is decoded. */
export interface ImageLimits {
  readonly maxBytes: number;
  /** Width × height as the header states them. */
  readonly maxPixels: number;
}
export const defaultImageLimits: ImageLimits = { maxBytes: 64 * 2 ** 20, maxPixels: 64_000_000 };

const signatures: readonly { readonly format: ImageFormat; readonly at: number; readonly bytes: string }[] = [
  { format: 'jpeg', at: 0, bytes: '\xff\xd8\xff' },
  { format: 'png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { format: 'webp', at: 8, bytes: 'WEBP' },
  { format: 'tiff', at: 0, bytes: 'II*\0' },
  { format: 'tiff', at: 0, bytes: 'MM\0*' },
  { format: 'tiff', at: 0, bytes: 'II+\0' },
  { format: 'tiff', at: 0, bytes: 'MM\0+' },
  { format: 'bmp', at: 0, bytes: 'BM' },
];

/** The format by the content's first bytes, whatever the file is called; null when it is none we read. */
export function sniffImageFormat(bytes: Uint8Array): ImageFormat | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  const found = signatures.find((s) => head.startsWith(s.bytes, s.at));
  if (found?.format === 'webp' && !head.startsWith('RIFF')) return null;
  return found?.format ?? null;
}

/** @throws InvalidInput when the bytes are too many or no image we read */
export function assertImageFormat(bytes: Uint8Array, limits: ImageLimits): ImageFormat {
  if (bytes.length > limits.maxBytes)
    throw new InvalidInput(
      'image',
      `has ${bytes.length} bytes and the limit is ${limits.maxBytes}. Save it smaller or compressed.`,
      { bytes: bytes.length, limit: limits.maxBytes },
    );
  const format = sniffImageFormat(bytes);
  if (format === null)
    throw new InvalidInput(
      'image',
      `its content is no image this program reads, whatever its name says. Give JPEG, PNG, WebP, TIFF or BMP.`,
    );
  return format;
}

/** @throws InvalidInput when the header announces more pixels than allowed, or none */
export function assertPixels(width: number, height: number, limits: ImageLimits): void {
  if (width < 1 || height < 1) throw new InvalidInput('image', `is ${width} × ${height} pixels: it shows nothing.`);
  if (width * height > limits.maxPixels)
    throw new InvalidInput(
      'image',
      `is ${width} × ${height} = ${width * height} pixels and the limit is ${limits.maxPixels}. Scale it down.`,
      { width, height, limit: limits.maxPixels },
    );
}
