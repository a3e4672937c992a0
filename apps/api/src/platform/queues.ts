import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { openQueue } from '@ratchet/queue';
import type { Logger } from 'pino';
import { API_CONFIG, type ApiConfig, LOGGER } from './platform.tokens';

const graceMs = 5_000;

/** The doorbells. Rows are the truth: a bell that cannot be rung now is rung by the sweeper. */
@Injectable()
export class Queues implements BeforeApplicationShutdown {
  readonly trials;
  readonly imports;

  constructor(@Inject(API_CONFIG) config: ApiConfig, @Inject(LOGGER) logger: Logger) {
    const onError = (error: Error) => logger.warn({ err: error }, 'queue');
    this.trials = openQueue(config.redis.url, 'trials', { onError });
    // An import that died with its process is soon taken up again: two at once would do no harm.
    this.imports = openQueue(config.redis.url, 'imports', { onError, lockMs: 5_000 });
  }

  /** @throws Unavailable when Redis does not answer */
  check(): Promise<void> {
    return this.trials.check();
  }

  /** While the database is still there for handlers that are at work. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.trials.close({ graceMs }), this.imports.close({ graceMs })]);
  }
}
