import { existsSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment } from '@ratchet/config';

/** CUDA's libraries, where `npm run setup:gpu` fetched them; seen from `dist/apps/trainer/src/devices`. */
const fetchedLibraries = path.resolve(__dirname, '../../../../../.native/lib');

/**
 * The environment of a process that computes: without the database and the queue, with which it has no business, and
 * with the libraries fetched for this machine's GPU. The loader and TensorFlow look at it when the process starts and at
 * no later time. `threads` is for TensorFlow alone; without it it takes all.
 */
export function computeEnvironment(threads?: number): NodeJS.ProcessEnv {
  const environment = childEnvironment({
    DATABASE_URL: undefined,
    REDIS_URL: undefined,
    RATCHET_WORKER_TOKEN: undefined,
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...(threads && { TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1' }),
  });
  if (!existsSync(fetchedLibraries)) return environment;
  const inherited = environment.LD_LIBRARY_PATH;
  return { ...environment, LD_LIBRARY_PATH: [fetchedLibraries, inherited].filter(Boolean).join(path.delimiter) };
}
