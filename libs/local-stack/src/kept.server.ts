import type { Daemon } from './daemon';

const ATTEMPTS = 5;
const PAUSE_MS = 1000;
/** A server that ran this long has recovered. */
const SETTLED_MS = 30_000;

/** A server kept running: one that ends by itself is started again at the same address, a few times in a row. */
export class KeptServer {
  /** Rejects when it cannot be kept running. */
  readonly failure: Promise<never>;
  private fail!: (error: Error) => void;
  private stopping = false;
  private restarting: Promise<void> = Promise.resolve();

  private constructor(
    private readonly name: string,
    private daemon: Daemon,
    private readonly launch: () => Promise<Daemon>,
    private readonly onRestart: (name: string) => void,
  ) {
    this.failure = new Promise((_resolve, reject) => (this.fail = reject));
    this.failure.catch(() => undefined); // whoever waits for it hears of it
    this.watch();
  }

  /** @throws what `launch` throws: a server that does not come up the first time is not tried again */
  static async start(
    name: string,
    launch: () => Promise<Daemon>,
    onRestart: (name: string) => void,
  ): Promise<KeptServer> {
    return new KeptServer(name, await launch(), launch, onRestart);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.restarting;
    await this.daemon.stop();
  }

  private watch(failures = 0): void {
    const startedAt = Date.now();
    void this.daemon.gone.then(() => {
      if (this.stopping) return;
      this.onRestart(this.name);
      this.restarting = this.restart(Date.now() - startedAt > SETTLED_MS ? 1 : failures + 1);
    });
  }

  private async restart(failures: number): Promise<void> {
    for (let attempt = failures; !this.stopping; attempt++) {
      if (attempt > ATTEMPTS)
        return this.fail(new Error(`The embedded ${this.name} ends again and again; see its log.`));
      try {
        this.daemon = await this.launch();
        return this.watch(attempt);
      } catch (error) {
        if (attempt === ATTEMPTS) return this.fail(error as Error);
        // What a killed server leaves, such as its own children, takes a moment to end.
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }
}
