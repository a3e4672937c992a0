import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { openQueue } from '@ratchet/queue';
import type { Logger } from 'pino';
import { API_CONFIG, type ApiConfig, LOGGER } from './platform.tokens';

/** The doorbells. Rows are the truth: a bell that cannot be rung now is rung by the sweeper. */
@Injectable()
export class Queues implements OnApplicationShutdown {
  readonly trials;
  readonly imports;

  constructor(@Inject(API_CONFIG) config: ApiConfig, @Inject(LOGGER) logger: Logger) {
    const onError = (error: Error) => logger.warn({ err: error }, 'queue');
    this.trials = openQueue(config.redis.url, 'trials', { onError });
    this.imports = openQueue(config.redis.url, 'imports', { onError });
  }

  /** @throws Unavailable when Redis does not answer */
  check(): Promise<void> {
    return this.trials.check();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.trials.close(), this.imports.close()]);
  }
}
