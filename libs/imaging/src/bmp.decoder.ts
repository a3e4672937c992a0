import { setImmediate as turn } from 'node:timers/promises';
import { InvalidInput } from '@ratchet/domain';

/** What a BMP's header says, with every offset checked against the file's length. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** 1 = every colour of its palette is grey. */
  readonly channels: 1 | 3 | 4;
  readonly bitsPerPixel: number;
  readonly topDown: boolean;
  readonly dataOffset: number;
  readonly stride: number;
  /** RGBA bit masks of 16- and 32-bit pixels; alpha 0 = none. */
  readonly masks: readonly [number, number, number, number];
  /** RGB triples of pixels up to 8 bits. */
  readonly palette: Uint8Array;
}

const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;
const PIXELS_PER_TURN = 2 ** 18;

/**
 * Reads the header of a BMP: OS/2 core and Windows headers up to version 5, 1, 4, 8, 16, 24 and 32 bits, bit fields.
 * @throws InvalidInput for run-length or embedded compression and for headers that contradict themselves
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < 26) throw damaged('ends inside its header');
  const headerSize = file.readUInt32LE(14);
  const core = headerSize === 12;
  if ((!core && headerSize < 40) || headerSize > 1024 || file.length < 14 + headerSize)
    throw damaged(`announces a header of ${headerSize} bytes`);

  const width = core ? file.readUInt16LE(18) : file.readInt32LE(18);
  const signedHeight = core ? file.readUInt16LE(20) : file.readInt32LE(22);
  const bitsPerPixel = file.readUInt16LE(core ? 24 : 28);
  const compression = core ? 0 : file.readUInt32LE(30);
  const bitFields = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  if (compression !== 0 && !bitFields)
    throw new InvalidInput('image', `is a BMP with compression ${compression}. Save it uncompressed, or as PNG.`);
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel) || (bitFields && bitsPerPixel < 16))
    throw damaged(`announces ${bitsPerPixel} bits per pixel`);
  if (width < 1 || signedHeight === 0) throw damaged(`announces ${width} × ${signedHeight} pixels`);

  const maskBytes = bitFields && headerSize === 40 ? (compression === ALPHA_BITFIELDS ? 16 : 12) : 0;
  if (file.length < 14 + headerSize + maskBytes) throw damaged('ends inside its header');
  const palette = readPalette(file, 14 + headerSize + maskBytes, core, bitsPerPixel);
  const masks = readMasks(file, bitFields, headerSize + maskBytes, bitsPerPixel);
  return {
    width,
    height: Math.abs(signedHeight),
    channels: bitsPerPixel <= 8 ? (isGrey(palette) ? 1 : 3) : masks[3] === 0 ? 3 : 4,
    bitsPerPixel,
    topDown: signedHeight < 0,
    dataOffset: file.readUInt32LE(10),
    stride: Math.ceil((bitsPerPixel * width) / 32) * 4,
    masks,
    palette,
  };
}

/**
 * The pixels, top row first, `height × width × channels` bytes. Gives the event loop a turn every few milliseconds.
 * @throws InvalidInput when the file ends before its last row
 */
export async function decodeBmp(bytes: Uint8Array, header: BmpHeader = readBmpHeader(bytes)): Promise<Uint8Array> {
  const { width, height, channels, stride, dataOffset } = header;
  if (dataOffset + stride * height > bytes.length)
    throw damaged(`ends before its last row: ${dataOffset + stride * height} bytes announced, ${bytes.length} present`);
  const out = new Uint8Array(height * width * channels);
  const readRow = rowReader(bytes, header);
  const rowsPerTurn = Math.max(1, Math.floor(PIXELS_PER_TURN / width));
  for (let y = 0; y < height; y++) {
    const row = header.topDown ? y : height - 1 - y;
    readRow(dataOffset + row * stride, out, y * width * channels);
    if (y % rowsPerTurn === rowsPerTurn - 1) await turn();
  }
  return out;
}

type RowReader = (source: number, out: Uint8Array, target: number) => void;

function rowReader(bytes: Uint8Array, header: BmpHeader): RowReader {
  const { width, bitsPerPixel, channels, palette } = header;
  if (bitsPerPixel <= 8) {
    const perByte = 8 / bitsPerPixel;
    const mask = (1 << bitsPerPixel) - 1;
    return (source, out, target) => {
      for (let x = 0; x < width; x++) {
        const shift = 8 - bitsPerPixel * ((x % perByte) + 1);
        const index = (bytes[source + Math.floor(x / perByte)] >> shift) & mask;
        for (let c = 0; c < channels; c++) out[target++] = palette[index * 3 + c];
      }
    };
  }
  if (bitsPerPixel === 24)
    return (source, out, target) => {
      for (let x = 0; x < width; x++, source += 3, target += 3) {
        out[target] = bytes[source + 2];
        out[target + 1] = bytes[source + 1];
        out[target + 2] = bytes[source];
      }
    };
  const fields = header.masks.slice(0, channels).map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, scale: mask === 0 ? 0 : 255 / (mask >>> shift) };
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const step = bitsPerPixel / 8;
  return (source, out, target) => {
    for (let x = 0; x < width; x++, source += step) {
      const pixel = step === 2 ? view.getUint16(source, true) : view.getUint32(source, true);
      for (const { mask, shift, scale } of fields) out[target++] = Math.round(((pixel & mask) >>> shift) * scale);
    }
  };
}

/** 256 colours whatever the file holds: an index past its palette is black. */
function readPalette(file: Buffer, offset: number, core: boolean, bitsPerPixel: number): Uint8Array {
  const palette = new Uint8Array(256 * 3);
  if (bitsPerPixel > 8) return palette;
  const size = 2 ** bitsPerPixel;
  const used = core ? size : Math.min(file.readUInt32LE(46) || size, size);
  const step = core ? 3 : 4;
  if (offset + used * step > file.length) throw damaged('ends inside its palette');
  for (let i = 0; i < used; i++) for (let c = 0; c < 3; c++) palette[i * 3 + c] = file[offset + i * step + 2 - c]; // stored as BGR
  return palette;
}

function readMasks(file: Buffer, bitFields: boolean, covered: number, bits: number): [number, number, number, number] {
  if (!bitFields) return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0x00ff00, 0x0000ff, 0];
  const mask = (i: number) => file.readUInt32LE(54 + 4 * i) | 0;
  return [mask(0), mask(1), mask(2), covered >= 56 ? mask(3) : 0];
}

const isGrey = (palette: Uint8Array): boolean => {
  for (let i = 0; i < palette.length; i += 3)
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  return true;
};

const damaged = (how: string) => new InvalidInput('image', `is a BMP that ${how}. Export it again.`);
