import pino, { type Logger } from 'pino';
import { type Config, loadConfig } from '@ratchet/config';
import { openObjectStore } from '@ratchet/object-store';
import type { Tracer } from '@ratchet/telemetry';
import { serverMetadata } from './http/metadata';
import { Inferencer } from './inferencer';

/** The SDK is loaded only where traces are wanted. */
async function openTracer(
  { endpoint, share }: Config['telemetry'],
  instance: string,
  log: Logger,
): Promise<Tracer | null> {
  if (endpoint === null) return null;
  const telemetry = await import('@ratchet/telemetry');
  const service = { name: 'ratchet-inferencer', version: serverMetadata.version, instance };
  return telemetry.openTracer({ endpoint, share }, service, (cause) => log.warn({ cause }, 'traces cannot be sent'));
}

async function main(): Promise<void> {
  const { inferencer, gateway, objectStore, logging, telemetry } = loadConfig([
    'inferencer',
    'gateway',
    'objectStore',
    'logging',
    'telemetry',
  ]);
  const log = pino({ level: logging.level, base: { process: 'inferencer', name: inferencer.name } });
  const tracer = await openTracer(telemetry, inferencer.name, log);
  const served = new Inferencer({ inferencer, gateway }, openObjectStore(objectStore), log, tracer);

  let stopping = false;
  const stop = async (why: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, 'stopping');
    await served.stop();
    await tracer?.close();
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
