import { decodeTo, inspectImage, verifyImage } from './index';
import { bmp } from '@ratchet/testing';

const rgb = (values: readonly number[]) => values.flatMap((v) => [v >> 16, (v >> 8) & 255, v & 255]);
const decode = (file: Uint8Array, width: number, height: number, channels: 1 | 3 = 3) =>
  decodeTo(file, { height, width, channels }).then((pixels) => [...pixels]);
const colours = [0xff0000, 0x00ff00, 0x0000ff, 0x102030, 0xfffefd, 0x808182];

describe('BMP', () => {
  it.each([false, true])('of 24 bits, rows padded to 4 bytes (top down: %s)', async (topDown) => {
    const file = bmp(colours, 3, 2, { bits: 24, topDown });
    expect(await inspectImage(file)).toEqual({ format: 'bmp', width: 3, height: 2, channels: 3, bitsPerChannel: 8 });
    expect(await decode(file, 3, 2)).toEqual(rgb(colours));
  });

  it('of 32 bits without masks ignores the fourth byte', async () => {
    expect(await decode(bmp(colours, 3, 2, { bits: 32 }), 3, 2)).toEqual(rgb(colours));
  });

  it('of 32 bits with an alpha mask is laid on black', async () => {
    const file = bmp([0xff804020, 0x00ffffff], 2, 1, { bits: 32, masks: [0xff0000, 0xff00, 0xff, 0xff000000] });
    expect(await inspectImage(file)).toMatchObject({ channels: 4 });
    expect(await decode(file, 2, 1)).toEqual([0x80, 0x40, 0x20, 0, 0, 0]);
  });

  it('of 16 bits scales 5 and 6 bits to the full range', async () => {
    expect(await decode(bmp([0x7fff, 0x0000, 0x7c00], 3, 1, { bits: 16 }), 3, 1)).toEqual([
      255, 255, 255, 0, 0, 0, 255, 0, 0,
    ]);
    const masks = [0xf800, 0x07e0, 0x001f];
    expect(await decode(bmp([0xffff, 0x07e0, 0x8410], 3, 1, { bits: 16, masks }), 3, 1)).toEqual([
      255, 255, 255, 0, 255, 0, 132, 130, 132,
    ]);
  });

  it('of 8 bits with a grey palette is one channel, exact', async () => {
    const palette = Array.from({ length: 256 }, (_, i) => [255 - i, 255 - i, 255 - i] as const);
    const values = Array.from({ length: 35 }, (_, i) => i * 7);
    const file = bmp(values, 7, 5, { bits: 8, palette });
    expect(await inspectImage(file)).toMatchObject({ channels: 1 });
    expect(await decode(file, 7, 5, 1)).toEqual(values.map((v) => 255 - v));
  });

  it.each([1, 4] as const)('of %d bit(s) reads its palette', async (bits) => {
    const palette = [
      [10, 20, 30],
      [200, 100, 50],
    ] as const;
    const values = [0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0];
    expect(await decode(bmp(values, 11, 1, { bits, palette }), 11, 1)).toEqual(values.flatMap((v) => palette[v]));
  });

  it('becomes another size and grey like any other image', async () => {
    const values = Array.from({ length: 64 }, (_, i) => (i % 8) * 0x202020);
    const seen = await decode(bmp(values, 8, 8, { bits: 24 }), 16, 16, 1);
    expect(seen).toHaveLength(256);
    expect(seen[0]).toBeLessThan(seen[15]);
  });

  it('of unknown compression, or cut off anywhere, is refused', async () => {
    const palette = [
      [0, 0, 0],
      [255, 0, 0],
    ] as const;
    for (const file of [bmp(colours, 3, 2, { bits: 24 }), bmp([0, 1, 1], 3, 1, { bits: 1, palette })])
      for (let length = 2; length < file.length; length++)
        await expect(verifyImage(file.subarray(0, length))).rejects.toThrow(/^image: is a BMP that/);
    const packed = Buffer.from(bmp(colours, 3, 2, { bits: 24 }));
    packed.writeUInt32LE(1, 30);
    await expect(verifyImage(packed)).rejects.toThrow('BMP with compression 1. Save it uncompressed, or as PNG.');
  });

  it('of absurd size is refused before anything is decoded', async () => {
    const file = Buffer.from(bmp(colours, 3, 2, { bits: 24 }));
    file.writeInt32LE(2 ** 31 - 1, 18);
    file.writeInt32LE(-(2 ** 31), 22);
    await expect(verifyImage(file)).rejects.toThrow('and the limit is 64000000');
  });
});
