import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '@ratchet/config';
import {
  CandidateGate,
  openDatabase,
  TrainerRegistry,
  TrialCheckpoints,
  TrialLeases,
  TrialReports,
  unloggable,
} from '@ratchet/database';
import { openObjectStore } from '@ratchet/object-store';
import { openQueue } from '@ratchet/queue';
import pino from 'pino';
import { preferDevices } from './devices/device.preference';
import { availableMemory, MemoryLedger } from './memory.ledger';
import { Trainer } from './trainer';
import { shareOut, trainerId } from './trainer.identity';

/** A killed trainer's jobs ring elsewhere after this long. Rung too early nothing happens: the lease decides. */
const JOB_LOCK_MS = 2_000;

// Plain wiring, no framework: the trainer has no requests to route, and one object of each kind.
async function main(): Promise<void> {
  const config = loadConfig(['database', 'redis', 'objectStore', 'trainer', 'logging']);
  const { name } = config.trainer;
  const logger = pino({ level: config.logging.level, base: { process: 'trainer', name }, redact: unloggable });

  const remembered = path.join(config.trainer.cacheDirectory, 'devices.json');
  const { devices, device, reason, versions } = await preferDevices(config.trainer.device, remembered);
  const { slots, threads } = shareOut(config.trainer, os.availableParallelism(), device);
  const scratchRoot = path.join(config.trainer.cacheDirectory, 'runs', name);
  await fs.rm(scratchRoot, { recursive: true, force: true }); // of this trainer before it was killed
  await fs.mkdir(scratchRoot, { recursive: true });
  const database = await openDatabase(config.database.url, { poolSize: config.database.poolSize });
  const queue = openQueue(config.redis.url, 'trials', {
    lockMs: JOB_LOCK_MS,
    onError: (error) => logger.warn({ err: error }, 'queue trouble'),
  });
  const trainer = new Trainer(
    { id: trainerId(name), host: os.hostname(), device, slots, versions: { ...versions }, startedAt: new Date() },
    new TrainerRegistry(database),
    queue,
    {
      leases: new TrialLeases(database),
      reports: new TrialReports(database),
      checkpoints: new TrialCheckpoints(database),
      gate: new CandidateGate(database),
      store: openObjectStore(config.objectStore),
      logger,
      trainerName: name,
      scratchRoot,
      memory: new MemoryLedger(config.trainer.memoryBytes ?? availableMemory()),
      compute: {
        devices,
        threads,
        packDirectory: path.join(config.trainer.cacheDirectory, 'packs'),
        packBytes: config.trainer.cacheBytes,
      },
    },
  );

  let stopping = false;
  const stop = async (why: string) => {
    if (stopping) return;
    stopping = true;
    logger.info(`stops: ${why}`);
    await trainer.stop();
    await database.destroy();
    await fs.rm(scratchRoot, { recursive: true, force: true });
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  if (process.send) process.on('disconnect', () => void stop('its parent process is gone'));

  await trainer.start();
  logger.info({ device, reason, slots, threads, pid: process.pid }, 'ready');
  process.send?.({ type: 'ready' });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
