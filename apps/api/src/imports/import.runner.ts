import { type DatasetImport, ImportRepository, isUnreachable } from '@ratchet/database';
import { mapInOrder, objectKeys, RatchetError, Unavailable, type ObjectStore } from '@ratchet/domain';
import type { Logger } from 'pino';
import { openArchive, storedArchive } from './archive/archive.opening';
import { ImageCollection } from './image.collection';
import { ImageIntake } from './image.intake';
import { planVersion } from './version.plan';

/** Objects removed at once. */
const WIDTH = 8;
/** How often, at most, an import says how far it is. */
const PROGRESS_MS = 500;

const KNOWN =
  'The dataset had a version of exactly these images, classes and splits already; it stands for this import too.';

/** The import was cancelled, or another runner ended it. */
class NoLongerRunning extends Error {}

/**
 * Turns uploaded archives into dataset versions. May die at any moment and be run again: what it stores is named by
 * content, and the version, its rows and the import's end are one transaction.
 */
export class ImportRunner {
  constructor(
    private readonly imports: ImportRepository,
    private readonly store: ObjectStore,
    private readonly logger: Logger,
  ) {}

  /**
   * Runs one import to its end, whichever that is. An import that was interrupted by `signal`, or by a database or
   * store that does not answer, waits to be run again.
   */
  async run(id: string, signal: AbortSignal): Promise<void> {
    const row = await this.imports.start(id);
    if (!row) return this.discardUpload(await this.imports.get(id));
    const collection = new ImageCollection();
    const intake = new ImageIntake(this.store);
    try {
      await this.import(row, intake, collection, signal);
    } catch (error) {
      if (signal.aborted || isPassing(error)) {
        this.logger.warn({ importId: id, err: error }, 'import interrupted; it will be taken up again');
        await this.imports.interrupt(id).catch(() => undefined); // it counts as a death then, one of several allowed
        return;
      }
      const words = () => ({ error: this.explain(id, error) + collection.afterword(), report: collection.report() });
      const failure = error instanceof NoLongerRunning ? null : words();
      await this.imports.giveUp(id, failure, [...intake.stored], (orphans) => this.discardImages(id, orphans));
    }
    await this.discardUpload(row);
  }

  private async import(
    row: DatasetImport,
    intake: ImageIntake,
    collection: ImageCollection,
    signal: AbortSignal,
  ): Promise<void> {
    const archive = await openArchive(storedArchive(this.store, row.uploadKey, row.bytes));
    collection.totalEntries = archive.paths?.length ?? null;
    let told = performance.now();
    for await (const outcome of intake.outcomes(archive, new Set(row.options.exclude))) {
      signal.throwIfAborted();
      collection.add(outcome);
      if (performance.now() - told < PROGRESS_MS) continue;
      await this.tell(row.id, collection);
      told = performance.now();
    }
    await this.tell(row.id, collection);

    const { draft, manifest } = await planVersion(collection.labelled(), intake.leftOut, row.options);
    await this.store.put(objectKeys.manifest(draft.digest), manifest, { size: manifest.length, signal });
    const report = collection.report();
    const { accepted, duplicates } = report;
    const completed = await this.imports.complete(row.id, { ...draft, progress: { accepted, duplicates } }, (isNew) =>
      isNew ? report : { ...report, note: KNOWN },
    );
    if (!completed) throw new NoLongerRunning();
  }

  private async tell(id: string, collection: ImageCollection): Promise<void> {
    if (!(await this.imports.progress(id, collection.progress))) throw new NoLongerRunning();
  }

  private explain(id: string, error: unknown): string {
    if (error instanceof RatchetError) return error.message;
    this.logger.error({ importId: id, err: error }, 'import failed');
    return `Something went wrong on our side (${(error as Error).message}); the log has it under import ${id}. Upload it again.`;
  }

  /** An import that came to nothing leaves nothing, if the store allows it; whatever stays is taken up by who uploads it again. */
  private async discardImages(id: string, sha256s: readonly string[]): Promise<void> {
    try {
      for await (const _ of mapInOrder(sha256s, WIDTH, (sha256) => this.store.delete(objectKeys.image(sha256))));
    } catch (err) {
      this.logger.warn({ importId: id, err }, 'images of a failed import could not be removed');
    }
  }

  /** What is left behind now is found by the next sweep. */
  private async discardUpload({ id, uploadKey }: DatasetImport): Promise<void> {
    await this.store
      .delete(uploadKey)
      .catch((error) => this.logger.warn({ importId: id, err: error }, 'an upload could not be removed'));
  }
}

const isPassing = (error: unknown): boolean => error instanceof Unavailable || isUnreachable(error);
