import 'reflect-metadata';
import { InvalidEnvironment, loadConfig } from '@ratchet/config';
import pino from 'pino';
import { startApi } from './application';
import { apiConfigGroups } from './platform/platform.tokens';

/** Runs as a process of its own or forked by a supervisor, which is told the address and whose end is ours. */
async function main(): Promise<void> {
  const config = loadConfig(apiConfigGroups);
  const logger = pino({ name: 'api', level: config.logging.level });
  const api = await startApi(config, logger);
  logger.info({ url: api.url }, 'listening');
  process.send?.({ type: 'ready', url: api.url });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    api.close().then(
      () => process.exit(0),
      (error) => {
        logger.error({ err: error }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
}

main().catch((error: unknown) => {
  const expected = error instanceof InvalidEnvironment || (error as { code?: string }).code === 'EADDRINUSE';
  process.stderr.write(`${expected ? (error as Error).message : (error as Error).stack}\n`);
  process.exit(1);
});
