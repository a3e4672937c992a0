import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { objectKeys, type Manifest, type ObjectStore } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import { PackCache } from './pack.cache';

const shape = { height: 8, width: 8, channels: 1 } as const;
const imageBytes = 64;
const digest = (digit: number) => String(digit).repeat(64);

describe('PackCache', () => {
  let root: string;
  let store: ObjectStore;
  const manifest: Manifest = {
    classes: ['a', 'b'],
    rows: [1, 2].map((i) => ({ sha256: digest(i), class: 0, split: 'train', group: String(i) })),
  };
  const bytes = 2 * imageBytes;

  beforeEach(async () => {
    root = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-pack-cache-'));
    store = openObjectStore({ kind: 'directory', directory: path.join(root, 'objects') });
    for (const i of [1, 2, 3])
      await store.put(objectKeys.pack(digest(i), 'train', shape), new Uint8Array(bytes).fill(i));
  });
  afterEach(() => fs.rm(root, { recursive: true }));

  const cache = (limitBytes: number) => new PackCache(store, { directory: path.join(root, 'packs'), limitBytes });
  const load = (limitBytes: number, i: number) => cache(limitBytes).load(digest(i), manifest, 'train', shape);
  const cached = async () => (await fs.readdir(path.join(root, 'packs'))).map((name) => name[0]).sort();

  it('fetches a pack once and finds it on the disk afterwards', async () => {
    expect(new Set(await load(1000, 1))).toEqual(new Set([1]));
    await store.delete(objectKeys.pack(digest(1), 'train', shape));
    expect(new Set(await load(1000, 1))).toEqual(new Set([1]));
  });

  it('fetches again what was cut off', async () => {
    await load(1000, 1);
    const [name] = await fs.readdir(path.join(root, 'packs'));
    await fs.truncate(path.join(root, 'packs', name), 10);
    expect(await load(1000, 1)).toHaveLength(bytes);
  });

  it('lets the least recently used go when there are too many, never the one just asked for', async () => {
    await load(2 * bytes, 1);
    await load(2 * bytes, 2);
    const old = new Date(Date.now() - 60_000);
    for (const name of await fs.readdir(path.join(root, 'packs')))
      await fs.utimes(path.join(root, 'packs', name), old, old);
    await load(2 * bytes, 1); // used again
    await load(2 * bytes, 3);
    expect(await cached()).toEqual(['1', '3']);
    expect(await load(1, 2)).toHaveLength(bytes);
    expect(await cached()).toEqual(['2']);
  });

  it('serves many at once', async () => {
    const packs = await Promise.all(Array.from({ length: 8 }, () => load(1000, 1)));
    expect(packs.every((pack) => pack.length === bytes)).toBe(true);
    expect(await cached()).toEqual(['1']);
  });
});
