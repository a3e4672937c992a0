import { Readable } from 'node:stream';
import { sampleTar, sampleZip, type SampleEntry } from '@ratchet/testing';
import type { ArchiveSource } from './archive';
import { openArchive } from './archive.opening';
import { defaultArchiveLimits, type ArchiveLimits } from './archive.limits';

const held = (bytes: Buffer) => {
  const requests: number[] = [];
  const source: ArchiveSource = {
    size: bytes.length,
    open: async (range) => {
      requests.push(range?.start ?? 0);
      return Readable.from(range ? [bytes.subarray(range.start, range.end + 1)] : chunks(bytes));
    },
  };
  return { source, requests };
};
function* chunks(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

const contents = async (bytes: Buffer, limits: Partial<ArchiveLimits> = {}) => {
  const archive = await openArchive(held(bytes).source, { ...defaultArchiveLimits, ...limits });
  const found: Record<string, string> = {};
  for await (const file of archive.files()) found[file.path] = Buffer.from(await file.content()).toString();
  return found;
};

const pack = {
  zip: async (entries: readonly SampleEntry[]) => sampleZip(entries),
  tar: (entries: readonly SampleEntry[]) => sampleTar(entries),
  'tar.gz': (entries: readonly SampleEntry[]) => sampleTar(entries, { gzip: true }),
};
const kinds = Object.keys(pack) as (keyof typeof pack)[];
const plain: readonly SampleEntry[] = [
  { name: 'root/good/a.png', content: 'first' },
  { name: './root/bad/b.png', content: 'x'.repeat(5000), deflate: true },
  { name: 'root/bad/empty', content: '' },
];

describe.each(kinds)('a %s', (kind) => {
  it('gives its files', async () => {
    expect(await contents(await pack[kind](plain))).toEqual({
      'root/good/a.png': 'first',
      'root/bad/b.png': 'x'.repeat(5000),
      'root/bad/empty': '',
    });
  });

  it('may be left early and its files left unread', async () => {
    const archive = await openArchive(held(await pack[kind](plain)).source);
    const seen: string[] = [];
    for await (const file of archive.files()) {
      seen.push(file.path);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['root/good/a.png', 'root/bad/b.png']);
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'good/../../x', 'C:\\windows\\x', 'good\\..\\..\\x'])(
    'that reaches outside by %s is refused',
    async (name) => {
      const bytes = await pack[kind]([...plain, { name, content: 'evil' }]);
      await expect(contents(bytes)).rejects.toThrow(/^archive: its entry '.*' points outside the archive/);
    },
  );

  it('with a symbolic link is refused', async () => {
    const bytes = await pack[kind]([...plain, { name: 'good/link', type: 'symlink', content: '/etc/passwd' }]);
    await expect(contents(bytes)).rejects.toThrow("archive: its entry 'good/link' is a link");
  });

  it('with too many entries is refused', async () => {
    await expect(contents(await pack[kind](plain), { maxEntries: 2 })).rejects.toThrow('the limit is 2');
  });

  it('that unpacks to too much is refused', async () => {
    await expect(contents(await pack[kind](plain), { maxTotalBytes: 3000 })).rejects.toThrow('more than 3000 bytes');
  });

  it('refuses to give a file over the limit, and goes on', async () => {
    const archive = await openArchive(held(await pack[kind](plain)).source, {
      ...defaultArchiveLimits,
      maxEntryBytes: 100,
    });
    const outcome: string[] = [];
    for await (const file of archive.files())
      outcome.push(
        await file.content().then(
          () => 'given',
          (error: Error) => error.message,
        ),
      );
    expect(outcome).toEqual([
      'given',
      "file: 'root/bad/b.png' has 5000 bytes and the limit is 100. Save it smaller.",
      'given',
    ]);
  });

  it('that was cut off is refused', async () => {
    const bytes = await pack[kind](plain);
    await expect(contents(bytes.subarray(0, bytes.length - (kind === 'tar' ? 3000 : 30)))).rejects.toThrow(
      /^archive: .*cut off/,
    );
  });

  it('stops as a bomb before it goes off', async () => {
    const zeros = Buffer.alloc(3_000_000);
    const bytes = await pack[kind](['a', 'b', 'c'].map((name) => ({ name, content: zeros, deflate: true })));
    const limits = { ratioFreeBytes: 1_000_000, maxRatio: 50 };
    if (kind === 'tar') expect(Object.keys(await contents(bytes, limits))).toHaveLength(3);
    else await expect(contents(bytes, limits)).rejects.toThrow(/over 50 times its \d+ bytes, as only a bomb does/);
  });
});

describe('a zip', () => {
  it('tells its paths before it is read', async () => {
    const archive = await openArchive(held(sampleZip([...plain, { name: 'root/folder/' }])).source);
    expect(archive.paths).toEqual(['root/good/a.png', 'root/bad/b.png', 'root/bad/empty']);
  });

  it('costs few requests however many files it holds', async () => {
    const { source, requests } = held(
      sampleZip(Array.from({ length: 3000 }, (_, i) => ({ name: `c/${i}`, content: 'x'.repeat(2000) }))),
    );
    const archive = await openArchive(source);
    let files = 0;
    for await (const file of archive.files()) files += (await file.content()).length / 2000;
    expect(files).toBe(3000);
    expect(requests.length).toBeLessThan(8);
  });

  it.each([
    ['a size that is not its own', { claimedSize: 7 }],
    ['an understated size, as a bomb has', { deflate: true, claimedSize: 3 }],
    ['contents that do not unpack', { method: 8 }],
  ])('refuses a file with %s, and goes on', async (_what, lie) => {
    const bytes = sampleZip([{ name: 'a/bad', content: 'some content', ...lie }, ...plain]);
    const archive = await openArchive(held(bytes).source);
    const refused: string[] = [];
    let given = 0;
    for await (const file of archive.files())
      await file.content().then(
        () => given++,
        (error: Error) => refused.push(error.message),
      );
    expect(given).toBe(3);
    expect(refused).toEqual([expect.stringMatching(/^file: 'a\/bad' is damaged inside the archive \(.+\)/)]);
  });

  it('refuses passwords and rare methods by name', async () => {
    await expect(contents(sampleZip([{ name: 'a/b', encrypted: true }]))).rejects.toThrow("'a/b' is encrypted");
    await expect(contents(sampleZip([{ name: 'a/b', method: 14 }]))).rejects.toThrow('packed by method 14');
  });

  it('whose entries overlap is refused', async () => {
    const zip = sampleZip(Array.from({ length: 3 }, (_, i) => ({ name: String(i), content: 'x'.repeat(100) })));
    const directory = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const first = zip.indexOf(Buffer.from('PK\x03\x04', 'latin1'), 1);
    const overlapping = Buffer.concat([zip.subarray(0, first), zip.subarray(directory)]);
    overlapping.writeUInt32LE(first, overlapping.length - 6);
    for (let at = first; (at = overlapping.indexOf(Buffer.from('PK\x01\x02', 'latin1'), at)) >= 0; at++)
      overlapping.writeUInt32LE(0, at + 42);
    await expect(contents(overlapping)).rejects.toThrow('overlap');
  });
});

it.each(['', 'PK', 'no archive at all', 'PK\x05\x06'])('refuses %p', async (text) => {
  await expect(contents(Buffer.from(text))).rejects.toThrow(/^archive: is (neither|a zip that cannot be read)/);
});
