import { Readable } from 'node:stream';
import { RatchetError } from '@ratchet/domain';
import { sampleTar, sampleZip } from '@ratchet/testing';
import fc from 'fast-check';
import type { ArchiveSource } from './archive';
import { openArchive } from './archive.opening';
import { defaultArchiveLimits } from './archive.limits';

const sourceOf = (bytes: Buffer): ArchiveSource => ({
  size: bytes.length,
  open: async (range) => Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]),
});

const entries = Array.from({ length: 6 }, (_, i) => ({
  name: `class-${i % 2}/${i}.png`,
  content: `content ${i} `.repeat(40),
  deflate: i % 2 === 0,
}));
const archives = {
  zip: Promise.resolve(sampleZip(entries)),
  tar: sampleTar(entries),
  'tar.gz': sampleTar(entries, { gzip: true }),
};

const damage = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('change' as const),
    bytes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 12,
    }),
  }),
);

/** Whatever arrives, an archive gives bounded content or says what is wrong; it never hangs and never breaks otherwise. */
it.each(Object.keys(archives) as (keyof typeof archives)[])(
  'a damaged %s is refused or read, and no more',
  async (kind) => {
    const whole = await archives[kind];
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const bytes = Buffer.from(how.kind === 'cut' ? whole.subarray(0, how.at * whole.length) : whole);
        if (how.kind === 'change')
          for (const [at, value] of how.bytes) bytes[Math.min(bytes.length - 1, Math.floor(at * bytes.length))] = value;
        try {
          const archive = await openArchive(sourceOf(bytes), { ...defaultArchiveLimits, maxEntryBytes: 10_000 });
          let files = 0;
          for await (const file of archive.files()) {
            expect(++files).toBeLessThanOrEqual(entries.length + 2);
            const content = await file.content().catch((error: unknown) => error);
            if (content instanceof Error) expect(content).toBeInstanceOf(RatchetError);
            else expect((content as Uint8Array).length).toBeLessThanOrEqual(10_000);
          }
        } catch (error) {
          refused++;
          if (!(error instanceof RatchetError)) throw error;
          expect(error.message).toMatch(/^archive: /);
        }
      }),
      { seed: 11, numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(40);
  },
);
