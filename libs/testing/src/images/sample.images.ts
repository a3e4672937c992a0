import zlib from 'node:zlib';
import sharp from 'sharp';

/** A colour picture with an edge, a ramp and a dark spot: `[height][width][3]`, the same on every machine. */
export function picture(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const spot = (x - width / 3) ** 2 + (y - height / 2) ** 2 < (height / 6) ** 2;
      const at = (y * width + x) * 3;
      pixels[at] = spot ? 20 : Math.round((255 * x) / width);
      pixels[at + 1] = spot ? 30 : Math.round((255 * y) / height);
      pixels[at + 2] = x * 2 < width ? 200 : 60;
    }
  return pixels;
}

export const openPicture = (width: number, height: number) =>
  sharp(picture(width, height), { raw: { width, height, channels: 3 } });

export const grey16 = (values: ArrayLike<number>, width: number, height: number) =>
  sharp(Uint16Array.from(values), { raw: { width, height, channels: 1 } }).toColourspace('grey16');

/** A PNG that announces a size and holds next to nothing. */
export function hollowPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', zlib.deflateSync(Buffer.alloc(16))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(zlib.crc32(body), body.length + 4);
  return chunk;
}

/** An uncompressed little-endian grey TIFF of 16-bit values or 32-bit floats. */
export function greyTiff(values: readonly number[], width: number, height: number, bits: 16 | 32): Uint8Array {
  const data = Buffer.alloc((values.length * bits) / 8);
  values.forEach((v, i) => (bits === 16 ? data.writeUInt16LE(v, i * 2) : data.writeFloatLE(v, i * 4)));
  const tags: [number, number, number][] = [
    [256, 3, width],
    [257, 3, height],
    [258, 3, bits],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 0],
    [277, 3, 1],
    [278, 3, height],
    [279, 4, data.length],
    [339, 3, bits === 16 ? 1 : 3],
  ];
  const directory = Buffer.alloc(8 + 2 + tags.length * 12 + 4);
  directory.write('II*\0', 'latin1');
  directory.writeUInt32LE(8, 4);
  directory.writeUInt16LE(tags.length, 8);
  tags.forEach(([tag, type, value], i) => {
    const at = 10 + i * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(tag === 273 ? directory.length : value, at + 8);
  });
  return Buffer.concat([directory, data]);
}

interface BmpOptions {
  readonly bits: 1 | 4 | 8 | 16 | 24 | 32;
  readonly topDown?: boolean;
  readonly palette?: readonly (readonly [number, number, number])[];
  readonly masks?: readonly number[];
}

/** A BMP of raw pixel values, row by row from the top: palette indices, packed bit fields, or 0xRRGGBB. */
export function bmp(values: readonly number[], width: number, height: number, options: BmpOptions): Uint8Array {
  const { bits, topDown = false, palette = [], masks = [] } = options;
  const stride = Math.ceil((bits * width) / 32) * 4;
  const offset = 54 + masks.length * 4 + palette.length * 4;
  const file = Buffer.alloc(offset + stride * height);
  file.write('BM', 'latin1');
  file.writeUInt32LE(offset, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(topDown ? -height : height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(masks.length === 0 ? 0 : masks.length === 3 ? 3 : 6, 30);
  file.writeUInt32LE(palette.length, 46);
  masks.forEach((mask, i) => file.writeUInt32LE(mask, 54 + i * 4));
  palette.forEach(([r, g, b], i) => file.set([b, g, r, 0], 54 + masks.length * 4 + i * 4));
  for (let y = 0; y < height; y++) {
    const row = offset + (topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x];
      if (bits < 8) file[row + Math.floor((x * bits) / 8)] |= value << (8 - bits - ((x * bits) % 8));
      else file.writeUIntLE(value, row + (x * bits) / 8, bits / 8);
    }
  }
  return file;
}
