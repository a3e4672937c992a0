import sharp from 'sharp';
import { decodeTo, inspectImage, sniffImageFormat, thumbnail, verifyImage, defaultImageLimits } from './index';
import { bmp, grey16, greyTiff, hollowPng, openPicture, picture } from '@ratchet/testing';

const grey = (height: number, width: number) => ({ height, width, channels: 1 as const });
const colour = (height: number, width: number) => ({ height, width, channels: 3 as const });
const encoders = {
  jpeg: () => openPicture(60, 40).jpeg().toBuffer(),
  png: () => openPicture(60, 40).png().toBuffer(),
  webp: () => openPicture(60, 40).webp({ lossless: true }).toBuffer(),
  tiff: () => openPicture(60, 40).tiff({ compression: 'lzw' }).toBuffer(),
};
type Encoded = keyof typeof encoders;
const formats = Object.keys(encoders) as Encoded[];

describe('inspectImage', () => {
  it.each(formats)('reads the header of %s by content', async (format) => {
    expect(await inspectImage(await encoders[format]())).toEqual({
      format,
      width: 60,
      height: 40,
      channels: 3,
      bitsPerChannel: 8,
    });
  });

  it('reports the upright size of a rotated photograph', async () => {
    const rotated = await openPicture(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await inspectImage(rotated)).toMatchObject({ width: 40, height: 60 });
  });

  it('refuses 30,000 × 30,000 pixels by the header alone', async () => {
    await expect(inspectImage(hollowPng(30_000, 30_000))).rejects.toThrow(
      'image: is 30000 × 30000 = 900000000 pixels and the limit is 64000000. Scale it down.',
    );
  });

  it('refuses text, whatever it is called, and formats outside the list', async () => {
    for (const text of ['just text, named .png', '', 'B', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'GIF89a......'])
      await expect(inspectImage(Buffer.from(text))).rejects.toThrow('its content is no image this program reads');
    expect(sniffImageFormat(Buffer.from('RIFF....WAVEfmt '))).toBeNull();
    expect(sniffImageFormat(Buffer.from('XXXX....WEBPVP8 '))).toBeNull();
  });

  it('refuses more bytes than allowed', async () => {
    const limits = { ...defaultImageLimits, maxBytes: 100 };
    await expect(inspectImage(await encoders.png(), limits)).rejects.toThrow(/has \d+ bytes and the limit is 100/);
  });

  it('refuses floating-point pixels, which have no fixed white', async () => {
    await expect(inspectImage(greyTiff([0, 1, 2, 3], 2, 2, 32))).rejects.toThrow('stores float values');
  });
});

describe('decodeTo', () => {
  it.each(['png', 'webp', 'tiff'] as const)('gives the exact pixels of a lossless %s of that size', async (format) => {
    expect(await decodeTo(await encoders[format](), colour(40, 60))).toEqual(picture(60, 40));
  });

  it.each(['png', 'tiff'])('scales the 16 bits of a %s to 8 and clips nothing', async (format) => {
    const values = [0, 255, 256, 4095, 32768, 65279, 65535, 1];
    const file = format === 'png' ? await grey16(values, 4, 2).png().toBuffer() : greyTiff(values, 4, 2, 16);
    const scaled = values.map((v) => Math.round(v / 257));
    expect(await inspectImage(file)).toMatchObject({ bitsPerChannel: 16, channels: 1 });
    expect([...(await decodeTo(file, grey(2, 4)))]).toEqual(scaled);
    expect([...(await decodeTo(file, colour(2, 4)))]).toEqual(scaled.flatMap((v) => [v, v, v]));
  });

  it('resizes 16 bits without clipping', async () => {
    const ramp = Array.from({ length: 64 * 64 }, (_, i) => (i % 64) * 1040);
    const small = await decodeTo(greyTiff(ramp, 64, 64, 16), grey(8, 8));
    expect(Math.max(...small)).toBeGreaterThan(235);
    expect(new Set(small).size).toBe(8);
  });

  it('turns a photograph upright before it is resized', async () => {
    const upright = await decodeTo(await openPicture(60, 40).rotate(90).png().toBuffer(), colour(60, 40));
    const tagged = await openPicture(60, 40).withMetadata({ orientation: 6 }).png().toBuffer();
    expect(await decodeTo(tagged, colour(60, 40))).toEqual(upright);
  });

  it('lays transparency on black', async () => {
    const rgba = Uint8Array.from([200, 100, 50, 255, 200, 100, 50, 0, 255, 255, 255, 128, 9, 9, 9, 255]);
    const png = await sharp(rgba, { raw: { width: 2, height: 2, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await decodeTo(png, colour(2, 2)))]).toEqual([200, 100, 50, 0, 0, 0, 128, 128, 128, 9, 9, 9]);
  });

  it('converts CMYK to what the eye sees', async () => {
    const cmyk = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#c02020' } })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    expect(await inspectImage(cmyk)).toMatchObject({ channels: 4 });
    const [r, g, b] = await decodeTo(cmyk, colour(8, 8));
    expect(r).toBeGreaterThan(170);
    expect(Math.max(g, b)).toBeLessThan(70);
  });

  it('repeats grey in three channels and weighs colours by luminance', async () => {
    const flat = await sharp(Uint8Array.from([10, 90, 170, 250]), { raw: { width: 2, height: 2, channels: 1 } })
      .png()
      .toBuffer();
    expect([...(await decodeTo(flat, colour(2, 2)))]).toEqual([10, 90, 170, 250].flatMap((v) => [v, v, v]));
    expect([...(await decodeTo(flat, grey(2, 2)))]).toEqual([10, 90, 170, 250]);
    const rgb = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
    const primaries = await sharp(rgb, { raw: { width: 2, height: 2, channels: 3 } })
      .png()
      .toBuffer();
    const [red, green, blue, white] = await decodeTo(primaries, grey(2, 2));
    expect(green).toBeGreaterThan(red);
    expect(red).toBeGreaterThan(blue);
    expect(white).toBe(255);
  });

  it('stretches the whole picture: its four corners stay corners', async () => {
    const pixels = new Uint8Array(100 * 20).fill(128);
    for (const [x, y, value] of [
      [0, 0, 10],
      [90, 0, 60],
      [0, 10, 190],
      [90, 10, 240],
    ])
      for (let j = 0; j < 10; j++) pixels.fill(value, (y + j) * 100 + x, (y + j) * 100 + x + 10);
    const wide = await sharp(pixels, { raw: { width: 100, height: 20, channels: 1 } })
      .png()
      .toBuffer();
    const square = await decodeTo(wide, grey(10, 10));
    expect(square[0]).toBeLessThan(40);
    expect(square[9]).toBeLessThan(90);
    expect(square[90]).toBeGreaterThan(170);
    expect(square[99]).toBeGreaterThan(210);
  });

  it('brings no ringing: nothing outside the range of the picture', async () => {
    const edge = Uint8Array.from({ length: 96 * 96 }, (_, i) => (i % 96 < 41 ? 100 : 160));
    const png = await sharp(edge, { raw: { width: 96, height: 96, channels: 1 } })
      .png()
      .toBuffer();
    for (const side of [20, 33, 64, 128]) {
      const seen = await decodeTo(png, grey(side, side));
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(100);
      expect(Math.max(...seen)).toBeLessThanOrEqual(160);
    }
  });
});

describe('damaged images', () => {
  it.each(formats)('a %s that was cut off is refused, wherever it was cut', async (format) => {
    const whole = await openPicture(400, 300)[format]().toBuffer();
    for (const part of [0.3, 0.7, 0.98]) {
      const cut = whole.subarray(0, Math.floor(whole.length * part));
      await expect(verifyImage(cut)).rejects.toThrow(/truncated or damaged/);
      await expect(decodeTo(cut, grey(28, 28))).rejects.toThrow(/truncated or damaged/);
    }
  });

  it('a picture with scrambled bytes is refused', async () => {
    const png = Buffer.from(await openPicture(100, 100).png().toBuffer());
    png.fill(0x5a, 200, 260);
    await expect(verifyImage(png)).rejects.toThrow(/image: the png data is truncated or damaged \(.+\)/);
  });

  it('a sound one passes', async () => {
    for (const format of formats) expect(await verifyImage(await encoders[format]())).toMatchObject({ format });
  });
});

describe('thumbnail', () => {
  it('fits a square, keeps the aspect ratio and is never enlarged', async () => {
    const small = await thumbnail(await openPicture(300, 100).jpeg().toBuffer(), 96);
    expect(await inspectImage(small)).toMatchObject({ format: 'webp', width: 96, height: 32 });
    expect(await inspectImage(await thumbnail(await encoders.png(), 96))).toMatchObject({ width: 60, height: 40 });
  });

  it('shows 16 bits and BMP', async () => {
    const ramp = Array.from({ length: 32 * 32 }, (_, i) => (i % 32) * 2000);
    for (const file of [
      greyTiff(ramp, 32, 32, 16),
      bmp(
        ramp.map((v) => v >> 8),
        32,
        32,
        { bits: 24 },
      ),
    ])
      expect(await inspectImage(await thumbnail(file, 96))).toMatchObject({ format: 'webp', width: 32, height: 32 });
  });
});
