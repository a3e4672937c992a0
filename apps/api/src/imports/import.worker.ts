import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ImportRepository } from '@ratchet/database';
import type { ObjectStore } from '@ratchet/domain';
import type { Logger } from 'pino';
import { LOGGER, OBJECT_STORE } from '../platform/platform.tokens';
import { Queues } from '../platform/queues';
import { ImportRunner } from './import.runner';

const RING_AGAIN_MS = 5_000;
const SWEEP_UPLOADS_MS = 3_600_000;
/** Longer than it takes from an upload's last byte to its row. */
const ABANDONED_MS = 3_600_000;

/**
 * Runs imports in this process, one at a time: their native work is in libvips's threads, so requests are served
 * meanwhile. The rows are the truth; whatever they say is unfinished is rung for again and again.
 */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly runner: ImportRunner;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly queues: Queues,
    private readonly imports: ImportRepository,
  ) {
    this.runner = new ImportRunner(imports, store, logger);
  }

  onApplicationBootstrap(): void {
    this.queues.imports.process(({ importId }, signal) => this.runner.run(importId, signal), { concurrency: 1 });
    this.every(RING_AGAIN_MS, () => this.ringForUnfinished());
    this.every(SWEEP_UPLOADS_MS, () => this.sweepUploads());
  }

  onModuleDestroy(): void {
    this.timers.forEach(clearInterval);
  }

  /** Says that an import waits. Where Redis is away the next round says it again. */
  async ring(importId: string): Promise<void> {
    await this.queues.imports
      .enqueue({ importId })
      .catch((err) => this.logger.warn({ err, importId }, 'import not queued yet'));
  }

  /** @returns true when the import will not run here or elsewhere */
  withdraw(importId: string): Promise<boolean> {
    return this.queues.imports.withdraw(importId).catch(() => false);
  }

  private async ringForUnfinished(): Promise<void> {
    const waiting = await this.imports.unfinished();
    if (waiting.length > 0) await this.queues.imports.enqueueAll(waiting.map((importId) => ({ importId })));
  }

  /** Archives of imports that ended, or that never began, because a process died in between. */
  private async sweepUploads(): Promise<void> {
    const needed = await this.imports.neededUploads();
    for await (const upload of this.store.list('uploads/'))
      if (!needed.has(upload.key) && Date.now() - upload.modifiedAt.getTime() > ABANDONED_MS)
        await this.store.delete(upload.key);
  }

  private every(ms: number, work: () => Promise<void>): void {
    const round = () => work().catch((err) => this.logger.warn({ err }, 'imports could not be looked after'));
    void round();
    this.timers.push(setInterval(round, ms));
  }
}
