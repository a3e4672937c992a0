import type { ImportProgress, ImportReport } from '@ratchet/contracts';
import { Conflict, NotFound } from '@ratchet/domain';
import { type DataSource, type EntityManager, In, IsNull } from 'typeorm';
import { newId } from '../columns';
import { Dataset } from '../datasets/dataset.entity';
import { DatasetImport } from '../datasets/dataset-import.entity';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { announceCancellations, announceImport } from './import.notice';
import { insertVersion, type VersionDraft } from './version.rows';

const fields: ListFields = {
  id: { column: 'import.id', kind: 'uuid' },
  datasetId: { column: 'import.datasetId', kind: 'uuid' },
  datasetVersionId: { column: 'import.datasetVersionId', kind: 'uuid' },
  state: { column: 'import.state', kind: 'text' },
  fileName: { column: 'import.fileName', kind: 'text', searched: true },
  bytes: { column: 'import.bytes', kind: 'number' },
  createdAt: { column: 'import.createdAt', kind: 'time' },
  finishedAt: { column: 'import.finishedAt', kind: 'time' },
};

/** Why an import came to nothing, and what it found until then; null when that was nothing. */
export type ImportFailure = Pick<DatasetImport, 'error' | 'report'>;

export type NewImport = Pick<DatasetImport, 'datasetId' | 'fileName' | 'uploadKey' | 'bytes' | 'options'>;

export const noProgress: ImportProgress = {
  bytes: 0,
  entries: 0,
  totalEntries: null,
  accepted: 0,
  duplicates: 0,
  rejected: 0,
};

const MOST_DEAD_RUNNERS = 5;

const deathsOf = ({ progress }: DatasetImport): string =>
  `The process that read this archive ended without a word ${MOST_DEAD_RUNNERS} times, last near entry ${progress.entries}. A file around there may break the image decoder: upload the archive without it, or in halves to find it.`;

/** Uploaded archives on their way to dataset versions. PENDING → RUNNING → COMPLETED | FAILED | CANCELLED. */
export class ImportRepository {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<DatasetImport>> {
    return listRows(this.database.createQueryBuilder(DatasetImport, 'import'), fields, request);
  }

  /** @throws NotFound */
  async get(id: string): Promise<DatasetImport> {
    const found = await this.database.manager.findOneBy(DatasetImport, { id });
    if (!found) throw new NotFound('import', id);
    return found;
  }

  /** @throws NotFound when the dataset is not there or was deleted */
  async create(given: NewImport): Promise<DatasetImport> {
    const id = newId();
    await this.database.transaction(async (manager) => {
      await lockDataset(manager, given.datasetId, 'pessimistic_read');
      await manager.insert(DatasetImport, { ...given, id, progress: noProgress });
      await announceImport(manager, id, given.datasetId);
    });
    return this.get(id);
  }

  /** Everything that waits or was interrupted, oldest first: what the queue should know of. */
  async unfinished(): Promise<string[]> {
    const rows = await this.database.manager.find(DatasetImport, {
      select: { id: true },
      where: { state: In(['PENDING', 'RUNNING']) },
      order: { id: 'ASC' },
    });
    return rows.map((row) => row.id);
  }

  /** Upload objects that an unfinished import still needs. */
  async neededUploads(): Promise<Set<string>> {
    const rows = await this.database.manager.find(DatasetImport, {
      select: { id: true, uploadKey: true },
      where: { state: In(['PENDING', 'RUNNING']) },
    });
    return new Set(rows.map((row) => row.uploadKey));
  }

  /**
   * Takes an import up, or up again after its runner died; the fifth death fails it, for something in the archive may
   * be what kills. Null when there is nothing to do any more.
   * Two runners at once do no harm: what they store is named by content, and only one of them completes.
   */
  async start(id: string): Promise<DatasetImport | null> {
    return this.database.transaction(async (manager) => {
      const row = await manager.findOne(DatasetImport, {
        where: { id, state: In(['PENDING', 'RUNNING']) },
        lock: { mode: 'pessimistic_write' },
      });
      if (!row) return null;
      const deadRunners = row.deadRunners + (row.state === 'RUNNING' ? 1 : 0);
      const change =
        deadRunners < MOST_DEAD_RUNNERS
          ? { state: 'RUNNING' as const, progress: noProgress, deadRunners }
          : { state: 'FAILED' as const, error: deathsOf(row), deadRunners, finishedAt: () => 'now()' };
      await manager.update(DatasetImport, { id }, change);
      await announceImport(manager, id, row.datasetId);
      return change.state === 'RUNNING' ? { ...row, ...change } : null;
    });
  }

  /** Lets an import wait again whose runner stops in good order. */
  async interrupt(id: string): Promise<void> {
    await this.whileRunning(id, (manager) => manager.update(DatasetImport, { id }, { state: 'PENDING' }));
  }

  /** @returns false when the import runs no longer, so that its runner stops */
  async progress(id: string, progress: ImportProgress): Promise<boolean> {
    return this.whileRunning(id, (manager) => manager.update(DatasetImport, { id }, { progress }));
  }

  /**
   * Writes the version, unless the dataset has one of that digest, and completes the import, in one transaction.
   * @returns the version's id and whether it is new; null when the import runs no longer
   */
  async complete(
    id: string,
    draft: VersionDraft,
    report: (isNew: boolean) => ImportReport,
  ): Promise<{ versionId: string; isNew: boolean } | null> {
    let written: { versionId: string; isNew: boolean } | null = null;
    await this.whileRunning(id, async (manager, { datasetId, progress }) => {
      await lockDataset(manager, datasetId, 'pessimistic_write');
      written = await insertVersion(manager, datasetId, draft);
      await manager.update(
        DatasetImport,
        { id },
        {
          state: 'COMPLETED',
          progress: { ...progress, ...draft.progress },
          report: report(written.isNew),
          datasetVersionId: written.versionId,
          finishedAt: () => 'now()',
        },
      );
    });
    return written;
  }

  /** @throws NotFound; Conflict when it has ended already */
  async cancel(id: string): Promise<DatasetImport> {
    await this.database.transaction(async (manager) => {
      const cancelled = await announceCancellations(manager, "id = $1 AND state IN ('PENDING', 'RUNNING')", [id]);
      if (cancelled.length > 0) return;
      const { state } = await this.get(id);
      if (state !== 'CANCELLED') throw new Conflict(`The import is ${state}; there is nothing left to cancel.`);
    });
    return this.get(id);
  }

  /**
   * Ends an import that came to nothing and hands those of its images to `clear` that no version has, in one
   * transaction: another runner of this import, which counts on the same images, completed before or never will. No
   * import can begin meanwhile, and where one is running, which may count on any of them, nothing is handed over.
   * @param failure null for an import that ended already
   */
  async giveUp(
    id: string,
    failure: ImportFailure | null,
    sha256s: readonly string[],
    clear: (orphans: string[]) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (manager) => {
      // The row first, as whoever completes takes it before it waits for the table.
      const row = failure && (await lockRunning(manager, id));
      await manager.query('LOCK TABLE dataset_imports IN SHARE ROW EXCLUSIVE MODE');
      if (row) {
        await manager.update(DatasetImport, { id }, { state: 'FAILED', ...failure, finishedAt: () => 'now()' });
        await announceImport(manager, id, row.datasetId);
      }
      if (await manager.existsBy(DatasetImport, { state: 'RUNNING' })) return;
      const kept: { sha256: string }[] = await manager.query('SELECT sha256 FROM images WHERE sha256 = ANY($1)', [
        sha256s,
      ]);
      const known = new Set(kept.map((image) => image.sha256));
      await clear(sha256s.filter((sha256) => !known.has(sha256)));
    });
  }

  private whileRunning(
    id: string,
    work: (manager: EntityManager, row: DatasetImport) => Promise<unknown>,
  ): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const row = await lockRunning(manager, id);
      if (!row) return false;
      await work(manager, row);
      await announceImport(manager, id, row.datasetId);
      return true;
    });
  }
}

const lockRunning = (manager: EntityManager, id: string): Promise<DatasetImport | null> =>
  manager.findOne(DatasetImport, { where: { id, state: 'RUNNING' }, lock: { mode: 'pessimistic_write' } });

async function lockDataset(
  manager: EntityManager,
  id: string,
  mode: 'pessimistic_read' | 'pessimistic_write',
): Promise<void> {
  const dataset = await manager.findOne(Dataset, { where: { id, deletedAt: IsNull() }, lock: { mode } });
  if (!dataset) throw new NotFound('dataset', id);
}
