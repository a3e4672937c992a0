import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { datasetImport, datasetItem, type RatchetClient } from '@ratchet/contracts';
import { objectKeys, splits } from '@ratchet/domain';
import { readManifest } from '@ratchet/imaging';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import {
  bmp,
  grey16,
  hollowPng,
  openPicture,
  pictureFolder,
  refusalOf,
  sampleTar,
  sampleZip,
  type SampleEntry,
} from '@ratchet/testing';
import { z } from 'zod';
import type { RunningApi } from '../application';
import { ImportsScenario, newDataset, upload } from './imports.scenario';

// Real: HTTP, PostgreSQL, Redis and the queue, the directory object store, libvips.

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
    scenario = await ImportsScenario.lay(stack);
    api = await scenario.startApi();
    client = await scenario.clientOf(api.url);
    [good, bad] = await Promise.all([pictureFolder('set/good', 0, 12), pictureFolder('set/bad', 100, 8)]);
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
  /** Uploads go right after their imports have ended. */
  const noUploads = async () => {
    const uploads = path.join(stack.objectsDirectory, 'objects', 'uploads');
    while ((await fs.readdir(uploads).catch(() => [])).length > 0) await new Promise(setImmediate);
  };
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
    await noUploads();
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

  it('takes other options under the same key for another request', async () => {
    const dataset = await newDataset(client);
    const archive = await sampleZip([...good, ...bad]);
    const send = (seed: number) =>
      client.send(
        'POST',
        `/api/datasets/${dataset.id}/imports?options=${encodeURIComponent(JSON.stringify({ seed }))}`,
        {
          body: archive,
          headers: { 'content-type': 'application/octet-stream', 'idempotency-key': dataset.id },
        },
      );
    const first = datasetImport.parse(await (await send(1)).json());
    expect(await (await send(1)).json()).toMatchObject({ id: first.id });
    expect(await refusalOf(send(2))).toMatchObject({ status: 422, message: expect.stringMatching(/another request/) });
    await scenario.ended(client, first.id);
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
