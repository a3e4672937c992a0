import { Inject, Injectable } from '@nestjs/common';
import { DatasetRepository, type DatasetImport, ImportRepository } from '@ratchet/database';
import type { ObjectStore } from '@ratchet/domain';
import type { Request } from 'express';
import type { Logger } from 'pino';
import { LOGGER, OBJECT_STORE } from '../platform/platform.tokens';
import { openArchive, storedArchive } from './archive/archive.opening';
import { isLitter } from './archive/archive.path';
import { assertClasses, classOf, deniesImage } from './class.folders';
import { groupRule } from './group.rule';
import { ImportWorker } from './import.worker';
import { type ReceivedUpload, UploadReceiver } from './upload.receiver';

@Injectable()
export class ImportsService {
  constructor(
    private readonly datasets: DatasetRepository,
    private readonly imports: ImportRepository,
    private readonly receiver: UploadReceiver,
    private readonly worker: ImportWorker,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Takes an archive and sets its import going. What can be seen without unpacking is refused at once, with nothing
   * left behind.
   */
  async upload(datasetId: string, request: Request): Promise<DatasetImport> {
    await this.datasets.get(datasetId);
    const upload = await this.receiver.receive(request);
    try {
      groupRule(upload.options);
      await this.preview(upload);
      const row = await this.imports.create({
        datasetId,
        fileName: upload.options.fileName,
        uploadKey: upload.key,
        bytes: upload.bytes,
        options: upload.options,
      });
      await this.worker.ring(row.id);
      return row;
    } catch (error) {
      await this.store.delete(upload.key);
      throw error;
    }
  }

  async cancel(id: string): Promise<DatasetImport> {
    const row = await this.imports.cancel(id);
    // A running import sees it and clears up after itself; one that still waits never runs.
    if (await this.worker.withdraw(id))
      await this.store
        .delete(row.uploadKey)
        .catch((err) => this.logger.warn({ err }, 'an upload could not be removed'));
    return row;
  }

  /** A zip's directory names all its files: enough to refuse most mistakes before anybody waits. */
  private async preview({ key, bytes, options }: ReceivedUpload): Promise<void> {
    const { paths } = await openArchive(storedArchive(this.store, key, bytes));
    if (!paths) return;
    const counts = new Map<string, number>();
    for (const path of paths) {
      if (isLitter(path) || deniesImage(path)) continue;
      const cls = classOf(path);
      if (cls !== null) counts.set(cls, (counts.get(cls) ?? 0) + 1);
    }
    assertClasses(counts, options.exclude);
  }
}
