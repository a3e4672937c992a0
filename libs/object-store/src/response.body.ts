import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * The body of an HTTP response whose failures are told in the words of the domain. The server may be silent for
 * `patienceMs` while bytes are wanted; a slow reader may take as long as it likes.
 */
export class ResponseBody extends Readable {
  private watch: NodeJS.Timeout | null = null;

  constructor(
    private readonly response: IncomingMessage,
    private readonly patienceMs: number,
    private readonly translate: (error: unknown) => Error,
  ) {
    super();
    response.socket.setTimeout(0);
    response.on('data', (chunk: Buffer) => {
      this.rest();
      if (this.push(chunk)) this.wait();
      else response.pause();
    });
    response.on('end', () => {
      this.rest();
      this.push(null);
    });
    response.on('error', (error) => this.destroy(translate(error)));
    response.on('close', () => {
      if (!response.complete) this.destroy(translate(new Error('the connection was cut')));
    });
    response.pause();
  }

  override _read(): void {
    this.wait();
    this.response.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.rest();
    this.response.destroy();
    done(error);
  }

  private wait(): void {
    this.rest();
    this.watch = setTimeout(
      () => this.destroy(this.translate(new Error(`no byte within ${this.patienceMs} ms`))),
      this.patienceMs,
    );
  }

  private rest(): void {
    if (this.watch) clearTimeout(this.watch);
    this.watch = null;
  }
}
