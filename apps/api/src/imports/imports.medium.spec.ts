import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { datasetItem, uploadStream, type RatchetClient } from '@ratchet/contracts';
import { objectKeys, splits } from '@ratchet/domain';
import { readManifest } from '@ratchet/imaging';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import { bmp, grey16, hollowPng, openPicture, sampleTar, sampleZip, type SampleEntry } from '@ratchet/testing';
import { z } from 'zod';
import type { RunningApi } from '../application';
import { ImportsScenario, newDataset, upload } from './imports.scenario';

// Real: HTTP, PostgreSQL, Redis and the queue, the directory object store, libvips.

const uploadLimit = 3 * 2 ** 20;
const png = (seed: number, size = 12): Promise<Uint8Array> =>
  openPicture(size + (seed % 7), size)
    .modulate({ hue: (seed * 37) % 360, brightness: 0.5 + (seed % 50) / 60 })
    .png()
    .toBuffer();

async function folder(name: string, from: number, count: number): Promise<SampleEntry[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => ({ name: `${name}/${i}.png`, content: await png(from + i) })),
  );
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('importing an archive', () => {
  let stack: TestStack;
  let scenario: ImportsScenario;
  let api: RunningApi;
  let client: RatchetClient;
  let good: SampleEntry[];
  let bad: SampleEntry[];
  beforeAll(async () => {
    stack = await startTestStack();
    scenario = await ImportsScenario.lay(stack, { RATCHET_UPLOAD_LIMIT: String(uploadLimit) });
    api = await scenario.startApi();
    client = await scenario.clientOf(api.url);
    [good, bad] = await Promise.all([folder('set/good', 0, 12), folder('set/bad', 100, 8)]);
  });
  afterAll(async () => {
    await api.close();
    await scenario.stop();
    await stack.stop();
  });

  const imported = async (archive: Uint8Array, options = {}) => {
    const dataset = await newDataset(client);
    const ended = await scenario.ended(client, (await upload(client, dataset.id, archive, options)).id);
    return { dataset, ended };
  };
  const stored = (...under: string[]) =>
    fs.readdir(path.join(stack.objectsDirectory, 'objects', ...under)).catch(() => []);
  const itemsOf = (id: string, query: object = {}) => {
    const filter = new URLSearchParams({ filter: JSON.stringify(query), range: '[0,999]' });
    return client.call('GET', `/api/dataset-versions/${id}/items?${filter}`, z.array(datasetItem));
  };

  it.each([
    ['zip', (entries: SampleEntry[]) => sampleZip(entries)],
    ['tar', (entries: SampleEntry[]) => sampleTar(entries)],
    ['gzipped tar', (entries: SampleEntry[]) => sampleTar(entries, { gzip: true })],
  ])('of a %s makes a version with every class in every split', async (_kind, pack) => {
    const { dataset, ended } = await imported(await pack([...good, ...bad]), { fileName: 'parts' });
    expect(ended).toMatchObject({ state: 'COMPLETED', fileName: 'parts', error: null });
    expect(ended.report).toEqual({
      classes: { bad: 8, good: 12 },
      accepted: 20,
      duplicates: 0,
      ignored: 0,
      rejected: [],
      conflicts: [],
    });
    expect(ended.progress).toMatchObject({ entries: 20, accepted: 20, rejected: 0 });
    const version = await client.get('dataset-versions', ended.datasetVersionId!);
    expect(version).toMatchObject({
      version: 1,
      classes: ['bad', 'good'],
      images: 20,
      groups: 20,
      datasetId: dataset.id,
    });
    for (const counts of version.counts) for (const split of splits) expect(counts[split]).toBeGreaterThan(0);
    expect(await client.get('datasets', dataset.id)).toMatchObject({
      versions: 1,
      images: 20,
      latestVersionId: version.id,
    });
    expect(await stored('uploads')).toEqual([]);
  });

  it('gives the same digest for the same content, however packed, and the manifest lies in the store', async () => {
    const [zip, tar] = await Promise.all([
      imported(sampleZip([...good, ...bad])),
      imported(await sampleTar([...bad, ...good].reverse())),
    ]);
    const [first, second] = await Promise.all(
      [zip, tar].map(({ ended }) => client.get('dataset-versions', ended.datasetVersionId!)),
    );
    expect(first.digest).toBe(second.digest);
    const store = openObjectStore({ kind: 'directory', directory: stack.objectsDirectory });
    const manifest = await readManifest(store, first.digest);
    const items = await itemsOf(first.id);
    expect(manifest.rows.map((row) => [row.sha256, row.class, row.split]).sort()).toEqual(
      items.map((item) => [item.sha256, item.class, item.split]).sort(),
    );
    const another = await upload(client, zip.dataset.id, sampleZip([...good, ...bad]), { seed: 2 });
    const ended = await scenario.ended(client, another.id);
    expect((await client.get('dataset-versions', ended.datasetVersionId!)).version).toBe(2);
  });

  it('again gives the version there is', async () => {
    const { dataset, ended } = await imported(sampleZip([...good, ...bad]));
    const again = await scenario.ended(client, (await upload(client, dataset.id, sampleZip([...good, ...bad]))).id);
    expect(again.datasetVersionId).toBe(ended.datasetVersionId);
    expect(again.report?.note).toMatch(/had a version of exactly these images/);
  });

  it('counts copies, leaves out conflicts, reports rejected files and ignores what is no image', async () => {
    const text = Buffer.from('not an image');
    const jpeg = await openPicture(90, 90).jpeg().toBuffer();
    const { ended } = await imported(
      sampleZip([
        ...good,
        ...bad,
        { name: 'set/good/copy.png', content: good[0].content },
        { name: 'set/good/both.png', content: good[1].content },
        { name: 'set/bad/both.png', content: good[1].content },
        { name: 'set/good/text.png', content: text },
        { name: 'set/good/cut.jpg', content: jpeg.subarray(0, jpeg.length / 2) },
        { name: 'set/good/huge.png', content: hollowPng(30_000, 30_000) },
        { name: 'loose.png', content: good[2].content },
        { name: 'set/README.txt', content: text },
        { name: 'set/good/Thumbs.db', content: text },
        { name: '__MACOSX/set/good/._0.png', content: text },
        { name: 'set/good/.hidden.png', content: text },
        { name: 'set/good/unknown.dat', content: text },
      ]),
    );
    expect(ended.state).toBe('COMPLETED');
    expect(ended.report).toMatchObject({ accepted: 19, duplicates: 1, ignored: 5, classes: { good: 11, bad: 8 } });
    expect(ended.report?.conflicts).toEqual([
      {
        sha256: sha256(good[1].content as Uint8Array),
        files: ['set/bad/both.png', 'set/good/1.png', 'set/good/both.png'],
        classes: ['bad', 'good'],
      },
    ]);
    expect(ended.report?.rejected).toEqual([
      { file: 'set/good/text.png', reason: expect.stringContaining('no image this program reads') },
      { file: 'set/good/cut.jpg', reason: expect.stringContaining('truncated or damaged') },
      { file: 'set/good/huge.png', reason: expect.stringContaining('30000 × 30000') },
      { file: 'loose.png', reason: expect.stringContaining('lies in no folder') },
    ]);
  });

  it('reads every format, and serves the files and small pictures of them', async () => {
    const values = Array.from({ length: 400 }, (_, i) => i * 160);
    const formats: SampleEntry[] = [
      { name: 'a/1.jpg', content: await openPicture(30, 20).jpeg().toBuffer() },
      { name: 'a/2.webp', content: await openPicture(30, 20).webp().toBuffer() },
      { name: 'a/misnamed.jpg', content: await openPicture(30, 20).png().toBuffer() },
      { name: 'b/1.tif', content: await grey16(values, 20, 20).tiff().toBuffer() },
      {
        name: 'b/2.bmp',
        content: bmp(
          values.map((v) => v & 255),
          20,
          20,
          { bits: 24 },
        ),
      },
      { name: 'b/upright.jpg', content: await openPicture(30, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer() },
    ];
    const { ended } = await imported(sampleZip(formats));
    expect(ended.error).toBeNull();
    const items = await itemsOf(ended.datasetVersionId!);
    const types: string[] = [];
    for (const item of items) {
      const original = await client.send('GET', `/api/images/${item.sha256}`);
      expect(original.headers.get('cache-control')).toContain('immutable');
      expect(sha256(new Uint8Array(await original.arrayBuffer()))).toBe(item.sha256);
      types.push(original.headers.get('content-type')!);
      const small = await client.send('GET', `/api/images/${item.sha256}/thumbnail?size=16`);
      expect(small.headers.get('content-type')).toBe('image/webp');
    }
    expect(types.sort()).toEqual(['image/bmp', 'image/jpeg', 'image/jpeg', 'image/png', 'image/tiff', 'image/webp']);
    const upright = items.find((item) => item.file === 'b/upright.jpg')!;
    expect([upright.width, upright.height]).toEqual([20, 30]);
    const known = await fetch(`${api.url}/api/images/${upright.sha256}`, {
      headers: { ...headersOf(client), 'if-none-match': `"${upright.sha256}"` },
    });
    expect(known.status).toBe(304);
  });

  it('keeps groups together, from a CSV or from the file names', async () => {
    const csv = ['file,group', ...[...good, ...bad].map(({ name }, i) => `${name.slice(4)},tile${i >> 1}`)].join('\n');
    const byCsv = await imported(sampleZip([...good, ...bad]), { groupsCsv: csv });
    const byName = await imported(sampleZip([...good, ...bad]), { groupRegex: '^(\\d)' });
    for (const { ended } of [byCsv, byName]) {
      expect(ended.error).toBeNull();
      const items = await itemsOf(ended.datasetVersionId!);
      const homes = new Map<string, Set<string>>();
      for (const { group, split } of items) homes.set(group, (homes.get(group) ?? new Set()).add(split));
      expect(homes.size).toBeLessThan(items.length);
      expect([...homes.values()].every((home) => home.size === 1)).toBe(true);
    }
    const missing = await imported(sampleZip([...good, ...bad]), {
      groupsCsv: csv.split('\n').slice(0, -2).join('\n'),
    });
    expect(missing.ended.error).toContain("groupsCsv: names no group for 2 images, such as 'set/bad/");
    const narrow = await imported(sampleZip([...good, ...bad]), { groupRegex: '^[0-6]' });
    expect(narrow.ended.error).toContain('groupRegex: does not match');
  });

  it('can leave classes out', async () => {
    const archive = sampleZip([...good, ...bad, { name: 'set/junk/1.png', content: good[0].content }]);
    const { ended } = await imported(archive, { exclude: ['junk'] });
    expect(ended.report).toMatchObject({ accepted: 20, ignored: 1, conflicts: [] });
  });

  describe('refuses at once, with nothing left behind,', () => {
    const many = () => [...good, ...bad];
    it.each<[string, () => SampleEntry[], RegExp]>([
      [
        'a path that climbs out',
        () => [...many(), { name: '../../etc/passwd', content: 'x' }],
        /points outside the archive/,
      ],
      ['a link', () => [...many(), { name: 'set/good/l.png', type: 'symlink' }], /is a link/],
      [
        'a class with one image',
        () => [...many(), { name: 'set/rare/1.png', content: 'x' }],
        /'rare' has 1\. Add images/,
      ],
      ['no classes', () => [{ name: 'a.png', content: 'x' }], /holds no image in a folder/],
      ['one class', () => good, /there is only one, 'good'/],
      [
        'one class in two spellings',
        () => [...many(), { name: 'set/Good/1.png', content: 'x' }],
        /'Good', 'good' differ only in case/,
      ],
    ])('%s', async (_what, entries, message) => {
      const dataset = await newDataset(client);
      await expect(upload(client, dataset.id, sampleZip(entries()))).rejects.toMatchObject({
        status: 422,
        message: expect.stringMatching(message),
      });
      expect(await stored('uploads')).toEqual([]);
      expect((await client.list('imports', { filter: { datasetId: dataset.id } })).total).toBe(0);
    });

    it('a zip bomb', async () => {
      const content = Buffer.alloc(2 ** 20);
      const bomb = sampleZip(
        ['a/1.png', 'a/2.png'].map((name) => ({ name, content, deflate: true, claimedSize: 700 * 2 ** 20 })),
      );
      await expect(upload(client, (await newDataset(client)).id, bomb)).rejects.toMatchObject({
        status: 422,
        message: expect.stringMatching(/over 100 times its \d+ bytes, as only a bomb does/),
      });
      expect(await stored('uploads')).toEqual([]);
    });

    it('a truncated zip, and what is no archive', async () => {
      const dataset = await newDataset(client);
      const zip = sampleZip(many());
      for (const body of [zip.subarray(0, zip.length - 100), Buffer.from('text'), Buffer.alloc(0)])
        await expect(upload(client, dataset.id, body)).rejects.toMatchObject({
          status: 422,
          message: expect.stringMatching(/^archive: /),
        });
      expect(await stored('uploads')).toEqual([]);
    });

    it.each([
      [{ groupRegex: '(' }, /groupRegex: cannot be used/],
      [{ groupsCsv: 'nothing' }, /groupsCsv: must begin with/],
      [{ shares: { train: 0.5, validation: 0.2, gate: 0.2 } }, /must sum to 1/],
      [{ exclude: ['ugly'] }, /exclude: the archive has no class 'ugly'/],
      [{ unknown: 1 }, /unknown/],
    ])('options %j', async (options: object, message) => {
      await expect(upload(client, (await newDataset(client)).id, sampleZip(many()), options)).rejects.toMatchObject({
        status: 422,
        message: expect.stringMatching(message),
      });
    });

    it('an upload to a dataset that is not there', async () => {
      const dataset = await newDataset(client);
      await client.send('DELETE', `/api/datasets/${dataset.id}`);
      await expect(upload(client, dataset.id, sampleZip(many()))).rejects.toMatchObject({ status: 404 });
    });

    it('a form whose parts are missing, unknown, out of order or broken', async () => {
      const dataset = await newDataset(client);
      const form = (...parts: [string, string | Blob][]) => {
        const body = new FormData();
        for (const [name, value] of parts) body.append(name, value);
        return body;
      };
      const zip = new Blob([sampleZip(many())]);
      const refused: [FormData, string][] = [
        [form(['archive', zip], ['options', '{}']), "must hold the part 'options' and after it the part 'archive'"],
        [form(['options', '{}']), "holds no part 'archive'"],
        [form(['options', '{}'], ['file', zip]), "must hold the part 'options' and after it the part 'archive'"],
        [form(['seed', '1'], ['archive', zip]), 'seed: is no part of an upload'],
        [form(['options', '{'], ['archive', zip]), 'options: must be JSON such as'],
        [form(['options', '{"seed":-1}'], ['archive', zip]), 'seed'],
      ];
      for (const [body, message] of refused)
        await expect(client.send('POST', `/api/datasets/${dataset.id}/imports`, { body })).rejects.toMatchObject({
          message: expect.stringContaining(message),
        });
      for (const type of ['multipart/form-data', 'multipart/form-data; boundary=b', 'application/json'])
        await expect(
          client.send('POST', `/api/datasets/${dataset.id}/imports`, {
            body: '--b\r\ncontent-disposition: form-data; name="options"\r\n\r\n{}',
            headers: { 'content-type': type },
          }),
        ).rejects.toMatchObject({ name: 'ApiProblem' });
      expect(await stored('uploads')).toEqual([]);
    });

    it('an upload over the limit, announced or not', async () => {
      const dataset = await newDataset(client);
      const body = Buffer.alloc(uploadLimit + 30 * 2 ** 20);
      await expect(upload(client, dataset.id, body)).rejects.toMatchObject({
        status: 413,
        message: `The upload is larger than the ${uploadLimit} bytes allowed.`,
      });
      async function* endless() {
        for (let i = 0; i < 100; i++) yield Buffer.alloc(2 ** 20);
      }
      for (const send of [uploadStream({}, endless()), { contentType: 'application/zip', body: endless() }])
        await expect(
          client.send('POST', `/api/datasets/${dataset.id}/imports`, {
            body: send.body as unknown as RequestInit['body'],
            headers: { 'content-type': send.contentType },
            duplex: 'half',
          }),
        ).rejects.toMatchObject({ status: 413 });
      expect(await stored('uploads')).toEqual([]);
    });
  });

  it('takes the archive itself as the body, with the options in the query', async () => {
    const dataset = await newDataset(client);
    const query = new URLSearchParams({ options: JSON.stringify({ fileName: 'raw.zip', seed: 7 }) });
    const response = await client.send('POST', `/api/datasets/${dataset.id}/imports?${query}`, {
      body: sampleZip([...good, ...bad]),
    });
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as { id: string };
    expect(await scenario.ended(client, id)).toMatchObject({ state: 'COMPLETED', fileName: 'raw.zip' });
  });

  it('leaves nothing when the client goes away', async () => {
    const dataset = await newDataset(client);
    const zip = sampleZip([...good, ...bad]);
    for (const contentType of ['application/zip', 'multipart/form-data; boundary=b']) {
      const request = http.request(`${api.url}/api/datasets/${dataset.id}/imports`, {
        method: 'POST',
        headers: {
          ...headersOf(client),
          origin: api.url,
          'content-type': contentType,
          'content-length': 2 ** 20,
        },
      });
      const gone = new Promise((resolve) => request.once('error', resolve));
      if (contentType.startsWith('multipart'))
        request.write(
          '--b\r\ncontent-disposition: form-data; name="options"\r\n\r\n{}\r\n--b\r\ncontent-disposition: form-data; name="archive"; filename="a"\r\n\r\n',
        );
      await new Promise((resolve) => request.write(zip, resolve));
      const incoming = path.join(stack.objectsDirectory, 'incoming');
      const inStore = async () => (await fs.readdir(incoming).catch(() => [])).length;
      while ((await inStore()) === 0) await new Promise(setImmediate);
      request.destroy();
      await gone;
      while ((await inStore()) > 0) await new Promise(setImmediate);
      expect(await stored('uploads')).toEqual([]);
    }
    expect((await client.list('imports', { filter: { datasetId: dataset.id } })).total).toBe(0);
  });

  it('fails, with the cause and without a version, when the images are not what the names promised', async () => {
    const rubbish = ['1', '2', '3'].map((i) => ({ name: `set/bad/${i}.png`, content: `rubbish ${i}` }));
    await imported(sampleZip([...good, ...bad]));
    const fresh = await folder('set/good', 500, 4);
    const { dataset, ended } = await imported(sampleZip([...good, ...fresh, ...rubbish]));
    expect(ended.state).toBe('FAILED');
    expect(ended.error).toMatch(
      /^classes: there is only one, 'good'.* 3 files were rejected; the first: 'set\/bad\/1.png': image: /,
    );
    expect(ended.report).toMatchObject({ accepted: 16, rejected: [{ file: 'set/bad/1.png' }, {}, {}] });
    expect(await client.get('datasets', dataset.id)).toMatchObject({ versions: 0, latestVersionId: null });
    expect(await stored('uploads')).toEqual([]);
    const store = openObjectStore({ kind: 'directory', directory: stack.objectsDirectory });
    const inStore = async ({ content }: SampleEntry) =>
      !!(await store.stat(objectKeys.image(sha256(content as Buffer))));
    expect(await Promise.all(fresh.map(inStore))).toEqual([false, false, false, false]);
    expect(await inStore(good[0])).toBe(true); // another version has it
  });

  it('fails for a tar that is dangerous or broken', async () => {
    const tar = await sampleTar([...good, ...bad]);
    const slip = await sampleTar([...good, { name: '../x/y.png', content: 'x' }]);
    const { ended: cut } = await imported(tar.subarray(0, tar.length - 2000));
    expect(cut.error).toContain('archive: is a tar that cannot be read, perhaps cut off');
    const { ended: slipped } = await imported(slip);
    expect(slipped.error).toContain('points outside the archive');
  });

  it('can be cancelled, and then does nothing more', async () => {
    const dataset = await newDataset(client);
    const started = await upload(client, dataset.id, await sampleTar([...good, ...bad], { gzip: true }));
    const cancelled = await client.send('POST', `/api/imports/${started.id}/cancel`).catch((error) => error);
    const ended = await scenario.ended(client, started.id);
    // It is small, so it may have been through already; then cancelling is a conflict.
    expect(ended.state).toBe(cancelled instanceof Error ? 'COMPLETED' : 'CANCELLED');
    expect((await client.get('datasets', dataset.id)).versions).toBe(cancelled instanceof Error ? 1 : 0);
  });

  it('stores an image once, whoever brings it', async () => {
    const store = openObjectStore({ kind: 'directory', directory: stack.objectsDirectory });
    await imported(sampleZip([...good, ...bad]));
    const key = objectKeys.image(sha256(good[0].content as Uint8Array));
    const before = await store.stat(key);
    await imported(sampleZip([...good, ...bad]), { seed: 3 });
    expect(await store.stat(key)).toEqual(before);
    expect(await buffer(await store.get(key))).toEqual(Buffer.from(good[0].content as Uint8Array));
  });
});

/** The client's own headers, for requests that it does not make. */
const headersOf = (client: RatchetClient): Record<string, string> =>
  (client as unknown as { headers: Record<string, string> }).headers;
