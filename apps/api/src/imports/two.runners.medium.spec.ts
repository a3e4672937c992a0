import { randomUUID } from 'node:crypto';
import { importOptions } from '@ratchet/contracts';
import { DatasetRepository, ImportRepository, migrate, openDatabase } from '@ratchet/database';
import { objectKeys, type ObjectStore } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import { pictureFolder, sampleZip } from '@ratchet/testing';
import pino from 'pino';
import { ImportRunner } from './import.runner';

// Real: two runners of one import, PostgreSQL with its locks, the directory object store, libvips.
// Stood in for: the fault that ends one of the runners.

describe('two runners of one import', () => {
  let stack: TestStack;
  let database: Awaited<ReturnType<typeof openDatabase>>;
  let imports: ImportRepository;
  let store: ObjectStore;
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl, { poolSize: 6 });
    imports = new ImportRepository(database);
    store = openObjectStore({ kind: 'directory', directory: stack.objectsDirectory });
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });

  const waitsForALock = async (): Promise<void> => {
    for (;;) {
      const waiting = (await database.query('SELECT 1 FROM pg_locks WHERE NOT granted')) as unknown[];
      if (waiting.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  /** The store as somebody sees it who is held up, or struck, at some of its calls. */
  const seenBy = (hold: Partial<Record<'put' | 'delete', (key: string) => Promise<void>>>): ObjectStore => ({
    put: async (key, body, options) => {
      await hold.put?.(key);
      return store.put(key, body, options);
    },
    delete: async (key) => {
      await hold.delete?.(key);
      return store.delete(key);
    },
    get: (key, range) => store.get(key, range),
    stat: (key) => store.stat(key),
    list: (prefix) => store.list(prefix),
    check: () => store.check(),
  });
  const runnerOver = (seen: ObjectStore) => new ImportRunner(imports, seen, pino({ level: 'silent' }));

  it('make a version that has its images, or none, when one fails while the other completes', async () => {
    const { dataset } = await new DatasetRepository(database).create({ name: `d ${randomUUID()}`, description: '' });
    const archive = sampleZip([...(await pictureFolder('good', 0, 6)), ...(await pictureFolder('bad', 100, 6))]);
    const uploadKey = objectKeys.upload(randomUUID());
    await store.put(uploadKey, archive);
    const { id } = await imports.create({
      datasetId: dataset.id,
      fileName: 'a.zip',
      uploadKey,
      bytes: archive.length,
      options: importOptions.parse({ fileName: 'a.zip' }),
    });

    let everythingStored = (): void => undefined;
    const bothHaveStored = new Promise<void>((resolve) => (everythingStored = resolve));
    let imagesGo = (): void => undefined;
    const firstClears = new Promise<void>((resolve) => (imagesGo = resolve));
    const second = runnerOver(
      seenBy({
        put: async (key) => {
          if (!key.startsWith('manifests/')) return;
          everythingStored();
          await firstClears;
        },
      }),
    ).run(id, new AbortController().signal);
    const first = runnerOver(
      seenBy({
        put: async (key) => {
          if (!key.startsWith('manifests/')) return;
          await bothHaveStored;
          throw new Error('struck');
        },
        // The second runner completes as far as locks let it before anything goes.
        delete: async (key) => {
          if (!key.startsWith('images/')) return;
          imagesGo();
          await waitsForALock();
        },
      }),
    ).run(id, new AbortController().signal);
    await Promise.all([first, second]);

    const { state, datasetVersionId } = await imports.get(id);
    expect(state).toBe(datasetVersionId ? 'COMPLETED' : 'FAILED');
    const needed = (await database.query('SELECT sha256 FROM dataset_items')) as { sha256: string }[];
    const present = await Promise.all(needed.map(({ sha256 }) => store.stat(objectKeys.image(sha256))));
    expect(present.filter((found) => found === null)).toEqual([]);
    if (state === 'FAILED')
      for await (const { key } of store.list('images/')) throw new Error(`${key} was left behind`);
  }, 60_000);
});
