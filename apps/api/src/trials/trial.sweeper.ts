import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { TrialLeases } from '@ratchet/database';
import type { Logger } from 'pino';
import { LOGGER } from '../platform/platform.tokens';
import { Queues } from '../platform/queues';

const everyMs = 5_000;

/** Rings again for trials that wait, and frees those whose trainer fell silent. Several APIs may sweep at once. */
@Injectable()
export class TrialSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly leases: TrialLeases,
    private readonly queues: Queues,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.sweep().finally(() => this.schedule(everyMs));
    }, ms);
  }

  private async sweep(): Promise<void> {
    try {
      const ring = (ids: readonly string[]) => this.queues.trials.enqueueAll(ids.map((trialId) => ({ trialId })));
      const lost = await this.leases.sweep(ring);
      if (lost.length) this.logger.warn({ lost }, 'trials lost their trainer');
    } catch (error) {
      this.logger.warn({ err: error }, 'could not sweep the trials; trying again');
    }
  }
}
