import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { uploadStream, type RatchetClient } from '@ratchet/contracts';
import { objectKeys } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import { pictureFolder, sampleTar, sampleZip, type SampleEntry } from '@ratchet/testing';
import type { RunningApi } from '../application';
import { ImportsScenario, newDataset, upload } from './imports.scenario';

// Real: HTTP, PostgreSQL, Redis and the queue, the directory object store, libvips.

const uploadLimit = 3 * 2 ** 20;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('an upload that cannot become a version', () => {
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
    await noUploads();
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
    await noUploads();
  });

  it('a truncated zip, and what is no archive', async () => {
    const dataset = await newDataset(client);
    const zip = sampleZip(many());
    for (const body of [zip.subarray(0, zip.length - 100), Buffer.from('text'), Buffer.alloc(0)])
      await expect(upload(client, dataset.id, body)).rejects.toMatchObject({
        status: 422,
        message: expect.stringMatching(/^archive: /),
      });
    await noUploads();
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
    await noUploads();
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
    await noUploads();
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
      await noUploads();
    }
    expect((await client.list('imports', { filter: { datasetId: dataset.id } })).total).toBe(0);
  });

  it('fails, with the cause and without a version, when the images are not what the names promised', async () => {
    const rubbish = ['1', '2', '3'].map((i) => ({ name: `set/bad/${i}.png`, content: `rubbish ${i}` }));
    await imported(sampleZip([...good, ...bad]));
    const fresh = await pictureFolder('set/good', 500, 4);
    const { dataset, ended } = await imported(sampleZip([...good, ...fresh, ...rubbish]));
    expect(ended.state).toBe('FAILED');
    expect(ended.error).toMatch(
      /^classes: there is only one, 'good'.* 3 files were rejected; the first: 'set\/bad\/1.png': image: /,
    );
    expect(ended.report).toMatchObject({ accepted: 16, rejected: [{ file: 'set/bad/1.png' }, {}, {}] });
    expect(await client.get('datasets', dataset.id)).toMatchObject({ versions: 0, latestVersionId: null });
    await noUploads();
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
});

/** The client's own headers, for requests that it does not make. */
const headersOf = (client: RatchetClient): Record<string, string> =>
  (client as unknown as { headers: Record<string, string> }).headers;
