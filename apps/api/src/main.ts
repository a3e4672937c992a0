import 'reflect-metadata';
import { InvalidEnvironment, loadConfig } from '@ratchet/config';
import { isUnreachable, unloggable } from '@ratchet/database';
import { Conflict } from '@ratchet/domain';
import pino from 'pino';
import { startApi } from './application';
import { apiConfigGroups } from './platform/platform.tokens';

/** Runs as a process of its own or forked by a supervisor, which is told the address and whose end is ours. */
async function main(): Promise<void> {
  const forked = process.connected;
  const config = loadConfig(apiConfigGroups);
  const logger = pino({ name: 'api', level: config.logging.level, redact: unloggable });
  const api = await startApi(config, logger);

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
  if (forked && !process.connected) return stop(); // it went while we started

  const { url, grpcUrl } = api;
  logger.info({ url, grpcUrl }, 'listening');
  process.send?.({ type: 'ready', url, grpcUrl }); // whoever hears it may end us at once
}

/** What the operator can mend is said in one line; what we must mend comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof InvalidEnvironment || error instanceof Conflict) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${message}. Set RATCHET_API_PORT to a free port.`;
  if (isUnreachable(error)) return `PostgreSQL does not answer: ${message || code}. Check DATABASE_URL and the server.`;
  return stack ?? String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
