/** The wish to end: Ctrl-C, SIGTERM, a closed terminal, or a parent that is gone. The second one is impatient. */
export class Interruption {
  private readonly controller = new AbortController();
  private impatient: () => void = () => undefined;

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => this.interrupt(name));
    if (process.send) process.on('disconnect', () => this.interrupt('disconnect'));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  onSecond(act: () => void): void {
    this.impatient = act;
  }

  /** The work's result, unless the wish to end comes first: then it rejects. */
  async orRun<T>(work: Promise<T>): Promise<T> {
    const interrupted = new Promise<never>((_resolve, reject) => {
      const end = () => reject(this.signal.reason);
      if (this.signal.aborted) end();
      else this.signal.addEventListener('abort', end, { once: true });
    });
    work.catch(() => undefined); // whoever was interrupted does not wait for it
    return Promise.race([work, interrupted]);
  }

  private interrupt(name: string): void {
    if (this.signal.aborted) this.impatient();
    this.controller.abort(new Error(`interrupted by ${name}`));
  }
}
