import fc from 'fast-check';
import sharp from 'sharp';
import { decodeTo, encodePng, verifyImage } from './index';
import { decodePlainPng } from './png.decoder';

const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    channels: fc.constantFrom(1 as const, 3 as const),
    seed: fc.nat(),
    smooth: fc.boolean(),
  })
  .map(({ width, height, channels, seed, smooth }) => ({
    width,
    height,
    channels,
    pixels: Uint8Array.from({ length: width * height * channels }, (_, i) =>
      smooth ? (i * (seed % 7)) & 255 : Math.imul(i + seed, 2654435761) >>> 24,
    ),
  }));

const encode = ({ pixels, width, height, channels }: typeof picture extends fc.Arbitrary<infer P> ? P : never) =>
  sharp(pixels, { raw: { width, height, channels } });

describe('a plain PNG', () => {
  it('decodes to what libvips makes of it, whatever filters its rows have', async () => {
    await fc.assert(
      fc.asyncProperty(picture, fc.boolean(), async (given, adaptiveFiltering) => {
        const { width, height, channels } = given;
        const image = channels === 1 ? encode(given).toColourspace('b-w') : encode(given);
        const file = await image.png({ adaptiveFiltering, compressionLevel: 6 }).toBuffer();
        expect(decodePlainPng(file)).toEqual({ width, height, channels, data: given.pixels });
        expect(await decodeTo(file, { width, height, channels } as never)).toEqual(given.pixels);
      }),
      { seed: 3, numRuns: 80 },
    );
  });

  it('is resized and made grey to the bytes that libvips’s own reader leads to', async () => {
    const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
    const file = await sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } })
      .png()
      .toBuffer();
    const same = await sharp(file).withMetadata({ orientation: 1 }).png().toBuffer(); // metadata sends it to libvips
    expect(decodePlainPng(file)).not.toBeNull();
    expect(decodePlainPng(same)).toBeNull();
    for (const channels of [1, 3] as const)
      for (const side of [9, 40, 64]) {
        const shape = { height: side, width: side, channels };
        expect(await decodeTo(file, shape)).toEqual(await decodeTo(same, shape));
      }
  });

  it('of another kind is left to libvips', async () => {
    const rgb = new Uint8Array(8 * 8 * 3).fill(90);
    const image = () => sharp(rgb, { raw: { width: 8, height: 8, channels: 3 } });
    const others = await Promise.all([
      image().png({ palette: true }).toBuffer(),
      image().png({ progressive: true }).toBuffer(),
      image().ensureAlpha(0.5).png().toBuffer(),
      image().toColourspace('rgb16').png().toBuffer(),
      image().withIccProfile('p3').png().toBuffer(),
      image().jpeg().toBuffer(),
      image().resize(400, 400).png().toBuffer(),
    ]);
    for (const file of others) expect(decodePlainPng(file)).toBeNull();
  });

  it('that is damaged anywhere is refused by libvips, with its reason', async () => {
    const file = await encodePng(new Uint8Array(64).fill(7), { height: 8, width: 8, channels: 1 });
    for (let at = 0; at < file.length; at++) {
      const cut = file.subarray(0, at);
      expect(decodePlainPng(cut)).toBeNull();
      const changed = Buffer.from(file);
      changed[at] ^= 0x55;
      expect(decodePlainPng(changed)).toBeNull();
    }
    await expect(verifyImage(file.subarray(0, 60))).rejects.toThrow(/^image: the png data is truncated or damaged/);
    expect(await verifyImage(file)).toMatchObject({ format: 'png', width: 8, height: 8, channels: 1 });
  });
});
