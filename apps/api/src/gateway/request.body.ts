import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { InvalidInput, RatchetError, TooLarge } from '@ratchet/domain';

/** A request's body as it is sent on, perhaps twice. */
export interface ForwardedBody {
  /** What to hand to the client pool; null for a request without a body. */
  open(): Buffer | Readable | null;
  /** Whether `open` may be called again. */
  replayable(): boolean;
}

/** The client announced a body and did not send it in time. */
export class BodyLate extends RatchetError {
  constructor(withinMs: number) {
    super('too_slow', `The request body did not arrive within ${withinMs} ms. Send it at once, or less of it.`);
  }
}

/**
 * Bodies of at most `replayBytes` are read whole, to be sent again elsewhere if need be; larger ones and those of
 * unknown length are streamed through and can be sent again only as long as nothing of them was read.
 * @param withinMs how long a body may take that is read whole
 * @throws TooLarge for an announced length above `limit`; BodyLate
 */
export async function forwardedBody(
  request: IncomingMessage,
  replayBytes: number,
  limit: number,
  withinMs: number,
): Promise<ForwardedBody> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0'))
    return { open: () => null, replayable: () => true };
  if (length !== undefined && Number(length) > limit) throw new TooLarge('The request body', limit);
  if (length !== undefined && Number(length) <= replayBytes) {
    const whole = await readWhole(request, withinMs);
    return { open: () => whole, replayable: () => true };
  }
  const stream = new ThroughBody(request, limit);
  return { open: () => stream.open(), replayable: () => !stream.begun };
}

async function readWhole(request: IncomingMessage, withinMs: number): Promise<Buffer> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new BodyLate(withinMs)), withinMs);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
      request.on('error', (error) => reject(new InvalidInput('body', `broke off: ${error.message}.`)));
    });
  } finally {
    clearTimeout(timer);
  }
}

class ThroughBody {
  begun = false;
  private passed = 0;

  constructor(
    private readonly request: IncomingMessage,
    private readonly limit: number,
  ) {}

  open(): Readable {
    return Readable.from(this.chunks(), { objectMode: false, highWaterMark: 64 * 1024 });
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    this.begun = true;
    // Left intact when the inferencer answers before the end: the answer goes back over the same socket.
    for await (const chunk of this.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      this.passed += chunk.byteLength;
      if (this.passed > this.limit) throw new TooLarge('The request body', this.limit);
      yield chunk;
    }
  }
}
