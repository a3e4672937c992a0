import zlib from 'node:zlib';

export interface PlainPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** `[height][width][channels]` */
  readonly data: Uint8Array;
}

/** Decoded in one go on the calling thread, so it has to be over in well under a millisecond. */
const MAX_BYTES = 2 ** 17;
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Chunks that change no pixel. Any other, such as a palette, transparency, a profile or an orientation, is libvips's business. */
const HARMLESS = new Set(['IHDR', 'IDAT', 'IEND', 'pHYs', 'tIME']);
const COLOUR_TYPES: Readonly<Record<number, 1 | 3>> = { 0: 1, 2: 3 };

/**
 * The pixels of a small, plain PNG: 8-bit grey or RGB, not interlaced. A fifth of a millisecond of libvips's machinery
 * is most of the cost of a 28 × 28 digit. Null for every other file, sound or not: what libvips says of it holds.
 */
export function decodePlainPng(bytes: Uint8Array): PlainPixels | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < 57 || !file.subarray(0, 8).equals(SIGNATURE)) return null;
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const channels = COLOUR_TYPES[file[25]];
  const [depth, compression, filter, interlace] = [file[24], file[26], file[27], file[28]];
  if (!channels || depth !== 8 || compression !== 0 || filter !== 0 || interlace !== 0) return null;
  if (width < 1 || height < 1 || width * height * channels > MAX_BYTES) return null;

  const packed = readData(file);
  if (!packed) return null;
  const stride = width * channels;
  const filtered = inflate(packed, height * (stride + 1));
  if (!filtered) return null;
  const data = unfilter(filtered, height, stride, channels);
  return data && { width, height, channels, data };
}

/** The image data of all its chunks; null unless every chunk is whole, harmless and in place. */
function readData(file: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) return null;
    const type = file.toString('latin1', at + 4, at + 8);
    if (!HARMLESS.has(type) || (type === 'IHDR') !== (at === 8) || (type === 'IHDR' && length !== 13)) return null;
    if (zlib.crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) return null;
    if (type === 'IDAT') parts.push(file.subarray(at + 8, end - 4));
    if (type === 'IEND') return end === file.length && parts.length > 0 ? Buffer.concat(parts) : null;
    at = end;
  }
  return null;
}

function inflate(packed: Buffer, size: number): Buffer | null {
  try {
    const bytes = zlib.inflateSync(packed, { maxOutputLength: size });
    return bytes.length === size ? bytes : null;
  } catch {
    return null;
  }
}

/** Undoes the filter of each row (PNG specification, section 9). */
function unfilter(filtered: Uint8Array, height: number, stride: number, step: number): Uint8Array | null {
  const out = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const source = y * (stride + 1);
    const row = y * stride;
    const kind = filtered[source];
    if (kind > 4) return null;
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[row + x - step] : 0;
      const up = y > 0 ? out[row + x - stride] : 0;
      const corner = x >= step && y > 0 ? out[row + x - step - stride] : 0;
      out[row + x] = filtered[source + 1 + x] + predict(kind, left, up, corner);
    }
  }
  return out;
}

function predict(kind: number, left: number, up: number, corner: number): number {
  if (kind === 0) return 0;
  if (kind === 1) return left;
  if (kind === 2) return up;
  if (kind === 3) return (left + up) >> 1;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}
