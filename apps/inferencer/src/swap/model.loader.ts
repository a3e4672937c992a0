import { setTimeout as delay } from 'node:timers/promises';
import type { DesiredDeployment } from '@ratchet/domain';
import type { ThreadPool } from '../serving/thread.pool';
import type { ArtifactCache } from './artifact.cache';
import { ArtifactRefused } from './artifact.refused';
import { probeArtifact } from './probe';

const PROBE_TIMEOUT_MS = 120_000;
/** Loads at the same time: more would only take turns on the disk and the cores. */
const AT_ONCE = 2;

/** Brings an ordered model from the object store into every compute thread, without touching what serves. */
export class ModelLoader {
  private lastSerial = 0;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly cache: ArtifactCache,
    private readonly pool: ThreadPool,
    private readonly options: { readonly threads: number; readonly jitterMs: number },
  ) {}

  /**
   * Fetches, checks, probes in a throw-away process, loads. Resolves to the serial under which the threads hold it.
   * @throws ArtifactRefused, Unavailable, NotFound; the signal's reason when the load was abandoned
   */
  async load(order: DesiredDeployment, signal: AbortSignal): Promise<number> {
    await delay(Math.random() * this.options.jitterMs, undefined, { signal });
    await this.takeTurn(signal);
    try {
      const artifact = await this.cache.fetch(order, signal);
      const { digest, input, classes } = order;
      const { threads } = this.options;
      await probeArtifact({ ...artifact, digest, input, classes, threads }, PROBE_TIMEOUT_MS, signal).catch(
        async (error: unknown) => {
          // Fetched anew at the next attempt: the disk or whoever stored it may have been at fault.
          if (error instanceof ArtifactRefused) await this.cache.discard(digest);
          throw error;
        },
      );
      const serial = ++this.lastSerial;
      await this.pool.load({ serial, path: artifact.modelPath, input, classes: classes.length, threads }, signal);
      return serial;
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private async takeTurn(signal: AbortSignal): Promise<void> {
    while (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    if (signal.aborted) {
      this.running--;
      this.waiting.shift()?.();
      signal.throwIfAborted();
    }
  }
}
