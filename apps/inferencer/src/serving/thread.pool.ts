import { setTimeout as delay } from 'node:timers/promises';
import type { ImageShape } from '@ratchet/domain';
import type { Logger } from 'pino';
import type { InferRequest } from '../protocol/infer.request';
import { ComputeThread, type Job, ThreadCrashed } from './compute.thread';
import type { LoadableModel } from './worker.messages';

const FIRST_RESTART_MS = 50;
const LONGEST_RESTART_MS = 5_000;
/** A thread that answered nothing for so long counts as dead for readiness. */
const STUCK_MS = 60_000;

/** A thread that runs models, one batch at a time. */
export class Runner {
  readonly loaded = new Set<number>();
  /** Reasons not to give it a batch: it runs one, loads or unloads a model. A new runner is held until it is equipped. */
  holds = 1;
  constructor(readonly thread: ComputeThread) {}
}

/**
 * The compute threads: runners hold every model of the process and run batches, decoders turn encoded images into pixels.
 * A thread that dies is replaced; its jobs come back as `ThreadCrashed`.
 */
export class ThreadPool {
  private readonly runners: Runner[] = [];
  private readonly decoders: ComputeThread[] = [];
  private readonly models = new Map<number, LoadableModel>();
  private crashes = 0;
  private ending = false;
  /** Called whenever a runner may have become free. */
  onFree: () => void = () => undefined;

  constructor(
    size: { readonly runners: number; readonly decoders: number },
    private readonly log: Logger,
  ) {
    for (let i = 0; i < size.runners; i++) this.addRunner();
    for (let i = 0; i < size.decoders; i++) this.addDecoder();
  }

  get crashed(): number {
    return this.crashes;
  }

  /** Whether at least one runner and one decoder answer. */
  healthy(): boolean {
    const answers = (thread: ComputeThread) =>
      thread.busySince === 0 || performance.now() - thread.busySince < STUCK_MS;
    return this.runners.some((r) => answers(r.thread)) && this.decoders.some(answers);
  }

  freeRunners(): number {
    let free = 0;
    for (const runner of this.runners) if (runner.holds === 0) free++;
    return free;
  }

  /** Whether a free runner would stay free for what comes next if another one were taken. */
  hasSpareRunner(): boolean {
    return this.freeRunners() >= Math.min(2, this.runners.length);
  }

  /** The first free runner that holds the model: the same one again and again while load is low, so its caches stay warm. */
  takeRunner(serial: number): Runner | undefined {
    const runner = this.runners.find((r) => r.holds === 0 && r.loaded.has(serial));
    if (runner) runner.holds++;
    return runner;
  }

  giveBack(runner: Runner): void {
    runner.holds--;
    this.onFree();
  }

  /**
   * Loads the model in one runner after the other, so that the others keep serving meanwhile. When it resolves, every
   * runner holds the model, and so will every replacement. On failure or abortion no runner keeps it.
   */
  async load(model: LoadableModel, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        signal.throwIfAborted();
        const next = this.runners.find((r) => !r.loaded.has(model.serial));
        if (!next) break;
        await this.whileHeld(next, async () => {
          await next.thread.ask({ type: 'load', model });
          next.loaded.add(model.serial);
        });
      }
      this.models.set(model.serial, model);
    } catch (error) {
      await this.unload(model.serial);
      throw error;
    }
  }

  /** Frees the model in one runner after the other. Never fails: a dead thread holds nothing. */
  async unload(serial: number): Promise<void> {
    this.models.delete(serial);
    for (const runner of this.runners.filter((r) => r.loaded.has(serial))) {
      runner.loaded.delete(serial);
      await this.whileHeld(runner, () => runner.thread.ask({ type: 'unload', serial })).catch((error: Error) =>
        this.log.warn({ serial, cause: error.message }, 'a thread could not unload a model'),
      );
    }
  }

  /**
   * Pixels of an encoded image, in memory of their own.
   * @throws JobFailed when it is no image within the limits; ThreadCrashed when decoding it killed two threads
   */
  async decode(encoded: Uint8Array, shape: ImageShape): Promise<{ images: Uint8Array; micros: number }> {
    const { value, micros } = await this.askDecoder({ type: 'decode', encoded, shape });
    return { images: value as Uint8Array, micros };
  }

  /** @throws JobFailed when the body is no valid inference request */
  async parse(body: Uint8Array, shape: ImageShape, mostImages: number): Promise<InferRequest> {
    return (await this.askDecoder({ type: 'parse', body, shape, mostImages })).value as InferRequest;
  }

  /** The numbers of a gRPC tensor as bytes. @throws JobFailed when they are not `expected` numbers from 0 to 255 */
  async unpack(contents: Uint8Array, expected: number): Promise<Uint8Array> {
    return (await this.askDecoder({ type: 'unpack', contents, expected })).value as Uint8Array;
  }

  async end(): Promise<void> {
    this.ending = true;
    await Promise.all([...this.runners.map((r) => r.thread), ...this.decoders].map((thread) => thread.end()));
  }

  private async askDecoder(job: Job): Promise<{ value: unknown; micros: number }> {
    try {
      return await this.leastBusyDecoder().ask(job);
    } catch (error) {
      if (error instanceof ThreadCrashed && !this.ending) return await this.leastBusyDecoder().ask(job);
      throw error;
    }
  }

  private leastBusyDecoder(): ComputeThread {
    if (this.decoders.length === 0) throw new ThreadCrashed('no decoding thread is alive');
    return this.decoders.reduce((best, thread) => (thread.pending < best.pending ? thread : best));
  }

  /** Keeps batches away from a runner that is about to be blocked. */
  private async whileHeld(runner: Runner, work: () => Promise<unknown>): Promise<void> {
    runner.holds++;
    try {
      await work();
    } finally {
      this.giveBack(runner);
    }
  }

  private addRunner(restarts = 0): void {
    const born = Date.now();
    const runner = new Runner(
      new ComputeThread('runner', (cause) => {
        this.runners.splice(this.runners.indexOf(runner), 1);
        this.replace(cause, born, restarts, (n) => this.addRunner(n));
      }),
    );
    this.runners.push(runner);
    void this.equip(runner).catch((error: Error) => {
      this.log.error({ cause: error.message }, 'a replaced compute thread could not load its models');
      void runner.thread.end();
    });
  }

  /** Loads everything that is served into a new runner before it is given work. */
  private async equip(runner: Runner): Promise<void> {
    for (;;) {
      const missing = [...this.models.values()].find((m) => !runner.loaded.has(m.serial));
      if (!missing) break;
      await runner.thread.ask({ type: 'load', model: missing });
      runner.loaded.add(missing.serial);
    }
    this.giveBack(runner);
  }

  private addDecoder(restarts = 0): void {
    const born = Date.now();
    const thread = new ComputeThread('decoder', (cause) => {
      this.decoders.splice(this.decoders.indexOf(thread), 1);
      this.replace(cause, born, restarts, (n) => this.addDecoder(n));
    });
    this.decoders.push(thread);
  }

  /** At once for a thread that lived for a while; ever later for one that keeps dying. */
  private replace(cause: Error, born: number, restarts: number, add: (restarts: number) => void): void {
    if (this.ending) return;
    this.crashes++;
    this.log.error({ cause: cause.message, restarts }, 'a compute thread died and is replaced');
    const again = Date.now() - born > LONGEST_RESTART_MS ? 0 : restarts + 1;
    const wait = again <= 1 ? 0 : Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** again);
    void delay(wait, undefined, { ref: false }).then(() => {
      if (!this.ending) add(again);
    });
  }
}
