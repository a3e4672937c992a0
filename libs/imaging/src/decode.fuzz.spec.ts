import { InvalidInput } from '@ratchet/domain';
import { bmp, greyTiff, openPicture } from '@ratchet/testing';
import fc from 'fast-check';
import { decodeTo } from './index';

const shape = { height: 8, width: 8, channels: 3 } as const;
const limits = { maxBytes: 2 ** 20, maxPixels: 2 ** 20 };
const values = Array.from({ length: 400 }, (_, i) => i * 160);
const files = {
  jpeg: openPicture(30, 20).jpeg().toBuffer(),
  png: openPicture(30, 20).png().toBuffer(),
  webp: openPicture(30, 20).webp().toBuffer(),
  tiff: Promise.resolve(greyTiff(values, 20, 20, 16)),
  bmp: Promise.resolve(bmp(values, 20, 20, { bits: 24 })),
};

/** Bytes from outside end in pixels or in a message about the image: no crash, no other error, no unbounded work. */
it.each(Object.keys(files) as (keyof typeof files)[])('a scrambled %s decodes or is refused', async (format) => {
  const whole = await files[format];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (changes, atHead) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at % (atHead ? Math.min(64, bytes.length) : bytes.length)] = value;
        try {
          expect(await decodeTo(bytes, shape, limits)).toHaveLength(192);
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error;
          expect(error.message).toMatch(/^image: /);
        }
      },
    ),
    { seed: 5, numRuns: 150 },
  );
});
