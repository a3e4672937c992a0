import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { manifestLines, objectKeys, rowsOf, type ManifestRow, type ObjectStore } from '@ratchet/domain';
// The packs are built over the real directory store; only this test puts the two rooms together.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { openObjectStore } from '@ratchet/object-store';
import { openPicture } from '@ratchet/testing';
import { decodeTo, ensurePack, readManifest } from './index';

const shape = { height: 16, width: 24, channels: 3 } as const;
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

let directory: string;
let store: ObjectStore;
let digest: string;
let rows: ManifestRow[];
const files = new Map<string, Uint8Array>();

beforeEach(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-pack-'));
  store = openObjectStore({ kind: 'directory', directory });
  rows = [];
  for (let i = 0; i < 40; i++) {
    const file = await openPicture(20 + i, 30)
      .modulate({ hue: i * 9 })
      [i % 2 ? 'png' : 'jpeg']()
      .toBuffer();
    files.set(sha256(file), file);
    await store.put(objectKeys.image(sha256(file)), file);
    rows.push({ sha256: sha256(file), class: i % 2, split: i % 4 === 3 ? 'gate' : 'train', group: String(i) });
  }
  const text = [...manifestLines(['even', 'odd'], rows)].join('');
  digest = sha256(text);
  await store.put(objectKeys.manifest(digest), Buffer.from(text));
});
afterEach(() => fs.rm(directory, { recursive: true }));

describe('ensurePack', () => {
  it('holds the decoded images of one split in manifest order', async () => {
    const manifest = await readManifest(store, digest);
    const seen: number[] = [];
    const pack = await ensurePack(store, digest, manifest, 'gate', shape, { progress: (done) => seen.push(done) });
    expect(pack).toEqual({ key: `packs/${digest}/16x24x3/gate.u8`, count: 10, bytes: 10 * 16 * 24 * 3 });
    const bytes = await buffer(await store.get(pack.key));
    const expected = await Promise.all(
      rowsOf(manifest, 'gate').map((row) => decodeTo(files.get(row.sha256) as Uint8Array, shape)),
    );
    expect(bytes.equals(Buffer.concat(expected))).toBe(true);
    expect(seen.at(-1)).toBe(10);
  });

  it('is built once: a second call does not look at the images', async () => {
    const manifest = await readManifest(store, digest);
    const first = await ensurePack(store, digest, manifest, 'train', shape);
    for (const name of files.keys()) await store.delete(objectKeys.image(name));
    expect(await ensurePack(store, digest, manifest, 'train', shape)).toEqual(first);
  });

  it('may be built by many at once', async () => {
    const manifest = await readManifest(store, digest);
    const packs = await Promise.all([1, 2, 3].map(() => ensurePack(store, digest, manifest, 'train', shape)));
    expect(new Set(packs.map((pack) => pack.key)).size).toBe(1);
    expect((await store.stat(packs[0].key))?.size).toBe(packs[0].bytes);
  });

  it('leaves nothing when an image was altered, is missing, or the build is cancelled', async () => {
    const manifest = await readManifest(store, digest);
    const [victim] = rowsOf(manifest, 'train');
    const key = objectKeys.pack(digest, 'train', shape);
    await store.put(objectKeys.image(victim.sha256), Buffer.from('something else'));
    await expect(ensurePack(store, digest, manifest, 'train', shape)).rejects.toThrow('does not hold what it is named');
    await store.delete(objectKeys.image(victim.sha256));
    await expect(ensurePack(store, digest, manifest, 'train', shape)).rejects.toMatchObject({ code: 'not_found' });
    await store.put(objectKeys.image(victim.sha256), files.get(victim.sha256) as Uint8Array);
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(ensurePack(store, digest, manifest, 'train', shape, { signal })).rejects.toThrow('cancelled');
    expect(await store.stat(key)).toBeNull();
  });
});

describe('readManifest', () => {
  it('refuses bytes that are not what the digest says', async () => {
    const text = [...manifestLines(['even', 'odd'], rows.slice(1))].join('');
    await store.put(objectKeys.manifest(digest), Buffer.from(text));
    await expect(readManifest(store, digest)).rejects.toMatchObject({ code: 'corrupt_object' });
  });
});
