import os from 'node:os';
import { loadConfig } from '@ratchet/config';
import { RatchetError } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import { ArtifactCache } from './artifact.cache';
import { ArtifactRefused } from './artifact.refused';
import type { PreparerAnswer, PreparerRequest } from './preparer.messages';
import { probeArtifact } from './probe';

// Entry of the process that fetches, hashes and probes models for one inferencer.

const PROBE_TIMEOUT_MS = 120_000;
/** Behind the threads that answer, well before trainers. */
const NICENESS = 8;

const { objectStore } = loadConfig(['objectStore']);
const store = openObjectStore(objectStore);
const jobs = new Map<number, AbortController>();

async function prepare({ order, directory, threads }: PreparerRequest & { type: 'prepare' }, signal: AbortSignal) {
  const cache = new ArtifactCache(directory);
  const artifact = await cache.fetch(order, store, signal);
  const { digest, input, classes } = order;
  await probeArtifact({ ...artifact, digest, input, classes, threads }, PROBE_TIMEOUT_MS, signal).catch(
    async (error: unknown) => {
      // Fetched anew at the next attempt: the disk or whoever stored it may have been at fault.
      if (error instanceof ArtifactRefused) await cache.discard(digest);
      throw error;
    },
  );
  return artifact;
}

async function answer(request: PreparerRequest & { type: 'prepare' }): Promise<PreparerAnswer> {
  const { job } = request;
  const abandon = new AbortController();
  jobs.set(job, abandon);
  try {
    return { job, ok: true, artifact: await prepare(request, abandon.signal) };
  } catch (error) {
    const code = error instanceof RatchetError ? error.code : 'internal';
    return { job, ok: false, code, message: (error as Error).message };
  } finally {
    jobs.delete(job);
  }
}

os.setPriority(NICENESS);
process.on('message', (request: PreparerRequest) => {
  if (request.type === 'abandon') jobs.get(request.job)?.abort(new Error('a newer order came'));
  else void answer(request).then((found) => process.connected && process.send!(found));
});
process.once('disconnect', () => process.exit(0)); // the probes end with it
