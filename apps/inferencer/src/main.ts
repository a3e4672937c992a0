import pino from 'pino';
import { loadConfig } from '@ratchet/config';
import { openObjectStore } from '@ratchet/object-store';
import { Inferencer } from './inferencer';

async function main(): Promise<void> {
  const { inferencer, gateway, objectStore, logging } = loadConfig(['inferencer', 'gateway', 'objectStore', 'logging']);
  const log = pino({ level: logging.level, base: { process: 'inferencer', name: inferencer.name } });
  const served = new Inferencer({ inferencer, gateway }, openObjectStore(objectStore), log);

  let stopping = false;
  const stop = async (why: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, 'stopping');
    await served.stop();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  // A supervisor that is gone cannot ask us to stop any more.
  process.on('disconnect', () => void stop('the parent process is gone'));

  const { url, grpcUrl } = await served.start();
  log.info({ url, grpcUrl }, 'listening');
  process.send?.({ type: 'ready', url, grpcUrl });
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
