import { createHash } from 'node:crypto';
import { importOptions, type ImportReport } from '@ratchet/contracts';
import { type LiveEvent, splits } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { newId } from '../columns';
import { migrate, openDatabase } from '../database';
import { DatasetRepository } from '../datasets/dataset.repository';
import { DatasetVersionRepository } from '../datasets/dataset-version.repository';
import { listenLive, type LiveListener } from '../live/live-listener';
import { ImportRepository, noProgress } from './import.repository';
import type { VersionDraft } from './version.rows';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const all = { filter: {}, sort: null, offset: 0, limit: 100 } as const;
const report = (isNew: boolean): ImportReport => ({
  classes: { good: 3, bad: 3 },
  accepted: 6,
  duplicates: 0,
  ignored: 0,
  rejected: [],
  conflicts: [],
  note: isNew ? undefined : 'known already',
});

/** Six images of two classes, one in each split. */
function draft(name: string): VersionDraft {
  const entries = Array.from({ length: 6 }, (_, i) => ({
    sha256: sha256(`${name}/${i}`),
    class: i % 2,
    split: splits[Math.floor(i / 2)],
    group: `g${i}`,
    file: `c${i % 2}/${i}.png`,
  }));
  return {
    digest: sha256(name),
    classes: ['good', 'bad'],
    entries,
    images: entries.map((e) => ({ sha256: e.sha256, bytes: 10, width: 4, height: 5, channels: 1, format: 'png' })),
    progress: { accepted: 6 },
  };
}

describe('imports', () => {
  let stack: TestStack;
  let database: DataSource;
  let datasets: DatasetRepository;
  let versions: DatasetVersionRepository;
  let imports: ImportRepository;
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl, { poolSize: 20 });
    datasets = new DatasetRepository(database);
    versions = new DatasetVersionRepository(database);
    imports = new ImportRepository(database);
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });

  const lay = async () => {
    const { dataset } = await datasets.create({ name: `d-${newId()}`, description: '' });
    const begin = async () => {
      const options = importOptions.parse({ fileName: 'a.zip' });
      const row = await imports.create({
        datasetId: dataset.id,
        fileName: 'a.zip',
        uploadKey: 'uploads/x',
        bytes: 7,
        options,
      });
      return row.id;
    };
    return { datasetId: dataset.id, name: dataset.name, begin };
  };

  it('write a version once, in one transaction with their completion', async () => {
    const { datasetId, name, begin } = await lay();
    const [first, second] = [await begin(), await begin()];
    await imports.start(first);
    await imports.start(second);
    const written = await imports.complete(first, draft(name), report);
    expect(written).toEqual({ versionId: expect.any(String), isNew: true });
    expect(await imports.complete(second, draft(name), report)).toEqual({ ...written, isNew: false });
    expect(await imports.get(second)).toMatchObject({
      state: 'COMPLETED',
      datasetVersionId: written?.versionId,
      report: { note: 'known already' },
      progress: { accepted: 6 },
      finishedAt: expect.any(Date),
    });
    expect(await datasets.get(datasetId)).toMatchObject({
      versions: 1,
      images: 6,
      latestVersionId: written?.versionId,
    });
    expect(await versions.get(written!.versionId)).toMatchObject({
      version: 1,
      images: 6,
      groups: 6,
      classes: ['good', 'bad'],
      counts: [
        { train: 1, validation: 1, gate: 1 },
        { train: 1, validation: 1, gate: 1 },
      ],
      dataset: { name },
    });
  });

  it('fails an archive on which five runners died, naming about where, and counts no orderly stop', async () => {
    const { begin } = await lay();
    const id = await begin();
    for (let i = 0; i < 10; i++) {
      expect(await imports.start(id)).toMatchObject({ state: 'RUNNING', deadRunners: 0 });
      await imports.interrupt(id);
    }
    for (let deaths = 0; deaths < 5; deaths++)
      expect(await imports.start(id)).toMatchObject({ state: 'RUNNING', deadRunners: deaths });
    await imports.progress(id, { ...noProgress, entries: 41 });
    expect(await imports.start(id)).toBeNull();
    expect(await imports.get(id)).toMatchObject({
      state: 'FAILED',
      error: expect.stringMatching(/ended without a word 5 times, last near entry 41\..*upload the archive without it/),
    });
  });

  it('give consecutive version numbers however many complete at once', async () => {
    const { datasetId, name, begin } = await lay();
    const ids = await Promise.all(Array.from({ length: 8 }, begin));
    await Promise.all(ids.map((id) => imports.start(id)));
    await Promise.all(ids.map((id, i) => imports.complete(id, draft(`${name}/${i % 4}`), report)));
    const page = await versions.list({ ...all, filter: { datasetId }, sort: ['version', 'ASC'] });
    expect(page.rows.map((row) => row.version)).toEqual([1, 2, 3, 4]);
  });

  it('that ended write nothing more', async () => {
    const { datasetId, name, begin } = await lay();
    const id = await begin();
    expect(await imports.unfinished()).toContain(id);
    await imports.start(id);
    expect((await imports.cancel(id)).state).toBe('CANCELLED');
    expect((await imports.cancel(id)).state).toBe('CANCELLED');
    expect(await imports.start(id)).toBeNull();
    expect(await imports.progress(id, { ...report(true), bytes: 1, entries: 1, totalEntries: 1, rejected: 0 })).toBe(
      false,
    );
    expect(await imports.complete(id, draft(name), report)).toBeNull();
    await imports.giveUp(id, { error: 'too late', report: null }, [], async () => undefined);
    expect(await imports.get(id)).toMatchObject({ state: 'CANCELLED', error: null });
    expect(await versions.list({ ...all, filter: { datasetId } })).toEqual({ rows: [], total: 0 });
    expect(await imports.unfinished()).not.toContain(id);
  });

  it('that completed cannot be cancelled', async () => {
    const { name, begin } = await lay();
    const id = await begin();
    await imports.start(id);
    await imports.complete(id, draft(name), report);
    await expect(imports.cancel(id)).rejects.toThrow('The import is COMPLETED; there is nothing left to cancel.');
  });

  it('are cancelled with their dataset, whose name is free again', async () => {
    const { datasetId, name, begin } = await lay();
    const id = await begin();
    await expect(datasets.create({ name, description: '' })).rejects.toThrow(
      `There is a dataset named '${name}' already`,
    );
    await datasets.delete(datasetId);
    expect((await imports.get(id)).state).toBe('CANCELLED');
    await expect(datasets.get(datasetId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(begin()).rejects.toMatchObject({ code: 'not_found' });
    await datasets.create({ name, description: '' });
  });

  it('tell the listeners of every step', async () => {
    const events: LiveEvent[] = [];
    const { datasetId, name, begin } = await lay();
    const ofDataset = () => events.filter((e) => e.type === 'changed' && e.id === datasetId).length;
    let listener: LiveListener | undefined;
    await new Promise<void>((resolve, reject) => {
      const observe = async () => {
        const onEvent = (event: LiveEvent) => (events.push(event), ofDataset() === 2 && resolve());
        listener = await listenLive(stack.databaseUrl, { onEvent });
        const id = await begin();
        await imports.start(id);
        await imports.complete(id, draft(name), report);
        await datasets.delete(datasetId);
      };
      observe().catch(reject);
    });
    await listener?.close();
    expect(events.filter((e) => e.type === 'import' && e.datasetId === datasetId)).toHaveLength(3);
    expect(events.some((e) => e.type === 'changed' && e.resource === 'dataset-versions')).toBe(true);
  });

  it('clear what no version has, and only while nobody else imports', async () => {
    const { name, begin } = await lay();
    const [done, other] = [await begin(), await begin()];
    await imports.start(done);
    await imports.complete(done, draft(name), report);
    const shas = [...draft(name).images.map((image) => image.sha256), sha256('an orphan')];
    const cleared: string[][] = [];
    const clear = async (orphans: string[]) => void cleared.push(orphans);
    await imports.start(other);
    await imports.giveUp(newId(), null, shas, clear);
    expect(cleared).toEqual([]);
    await imports.cancel(other);
    let started: Promise<unknown> | undefined;
    const third = await begin();
    await imports.giveUp(newId(), null, shas, async (orphans) => {
      await clear(orphans);
      started = imports.start(third);
      const stillWaits = await Promise.race([started.then(() => false), imports.get(third).then(() => true)]);
      expect(stillWaits).toBe(true);
    });
    expect(cleared).toEqual([[sha256('an orphan')]]);
    expect(await started).toMatchObject({ state: 'RUNNING' });
    await imports.cancel(third);
  });

  it('list a version’s images by class and split', async () => {
    const { name, begin } = await lay();
    const id = await begin();
    await imports.start(id);
    const { versionId } = (await imports.complete(id, draft(name), report))!;
    const page = await versions.items(versionId, {
      ...all,
      filter: { class: 1, split: ['gate', 'train'] },
      sort: ['file', 'ASC'],
    });
    expect(page.total).toBe(2);
    expect(page.rows.map((row) => [row.file, row.split, row.image.width])).toEqual([
      ['c1/1.png', 'train', 4],
      ['c1/5.png', 'gate', 4],
    ]);
  });
});
