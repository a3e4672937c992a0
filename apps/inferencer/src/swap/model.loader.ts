import { setTimeout as delay } from 'node:timers/promises';
import type { DesiredDeployment } from '@ratchet/domain';
import type { ThreadPool } from '../serving/thread.pool';
import type { ArtifactCache } from './artifact.cache';
import { Preparer } from './preparer';

/** Loads at the same time: more would only take turns on the disk and the cores. */
const AT_ONCE = 2;

/** Brings an ordered model from the object store into every compute thread, without touching what serves. */
export class ModelLoader {
  private readonly preparer = new Preparer();
  private lastSerial = 0;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly cache: ArtifactCache,
    private readonly pool: ThreadPool,
    private readonly options: { readonly threads: number; readonly jitterMs: number },
  ) {}

  /**
   * Has it fetched, checked and probed in other processes, and loads it. Resolves to the serial under which the threads hold it.
   * @throws ArtifactRefused, Unavailable, NotFound; the signal's reason when the load was abandoned
   */
  async load(order: DesiredDeployment, signal: AbortSignal): Promise<number> {
    await delay(Math.random() * this.options.jitterMs, undefined, { signal });
    await this.takeTurn(signal);
    try {
      const { input, classes } = order;
      const { threads } = this.options;
      const { directory } = this.cache;
      const artifact = await this.preparer.prepare(order, { directory, threads }, signal);
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
