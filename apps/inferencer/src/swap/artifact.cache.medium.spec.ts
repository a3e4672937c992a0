import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { objectKeys, type ObjectStore } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import { ArtifactCache } from './artifact.cache';

// Real: the directory object store, the cache's directory.

describe('the cache of models', () => {
  let directory: string;
  let store: ObjectStore;
  let cache: ArtifactCache;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'artifact-cache-spec-'));
    store = openObjectStore({ kind: 'directory', directory: path.join(directory, 'store') });
    cache = new ArtifactCache(path.join(directory, 'cache'));
    await cache.open();
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const MiB = 2 ** 20;
  const fetch = async (stored: number, announced: number) => {
    const model = Buffer.alloc(stored, 7);
    const digest = createHash('sha256').update(model).digest('hex');
    await store.put(objectKeys.model(digest), model);
    await store.put(objectKeys.modelManifest(digest), Buffer.from('{}'));
    const shape = { classes: ['a', 'b'], input: { height: 1, width: 1, channels: 1 as const } };
    const order = { taskId: randomUUID(), task: 'digits', generation: 1, digest, bytes: announced, ...shape };
    return cache.fetch(order, store, new AbortController().signal);
  };

  it.each([
    [10, 9],
    [10, 11],
    [3 * MiB, 3 * MiB - 1],
    [3 * MiB, 3 * MiB + 1],
    [3 * MiB, 10],
    [10, 3 * MiB],
    [0, 20],
  ])('refuses a model of %d bytes where %d were announced', async (stored, announced) => {
    const got = jest.spyOn(store, 'get');
    await expect(fetch(stored, announced)).rejects.toThrow(
      new RegExp(`holds ${stored} bytes under models/.*; ${announced} bytes were announced. Put the model's file back`),
    );
    expect(got).not.toHaveBeenCalled();
    expect(await readdir(path.join(directory, 'cache', 'partial'))).toEqual([]);
  });
});
