import type { IncomingMessage } from 'node:http';
import { TooLarge } from '@ratchet/domain';
import { Refusal } from './refusal';

/** Room for what all requests hold together, so that many large ones cannot exhaust memory. */
export class BodyBudget {
  private taken = 0;

  constructor(private readonly total: number) {}

  /** A share for one request, given back at its end and not when its body is read: it may wait for long after that. */
  open(): BodyShare {
    let mine = 0;
    return {
      take: (bytes) => {
        if (this.taken + bytes > this.total)
          throw new Refusal(503, 'full', 'Too many large requests are in hand. Ask again later or elsewhere.', 1);
        this.taken += bytes;
        mine += bytes;
      },
      release: () => {
        this.taken -= mine;
        mine = 0;
      },
    };
  }
}

export interface BodyShare {
  /** @throws Refusal 503 when there is no room now */
  take(bytes: number): void;
  release(): void;
}

/** The length a request announces, checked before a byte of it is read; null when it announces none (chunked). */
export function announcedLength(request: IncomingMessage, limit: number): number | null {
  const { 'content-length': length, 'content-encoding': encoding } = request.headers;
  if (encoding !== undefined && encoding !== 'identity')
    throw new Refusal(
      415,
      'encoding',
      `Content-Encoding '${encoding.slice(0, 40)}' is not accepted: send the body as it is.`,
    );
  if (length === undefined) return null;
  if (Number(length) > limit) throw new TooLarge('The request body', limit);
  return Number(length);
}

/** The whole body in memory. @throws TooLarge as soon as it exceeds the limit, Refusal */
export async function readBody(request: IncomingMessage, limit: number, share: BodyShare): Promise<Buffer> {
  const announced = announcedLength(request, limit);
  if (announced !== null) share.take(announced);
  return new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (error: unknown) => {
      request.removeAllListeners('data');
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      length += chunk.byteLength;
      try {
        if (length > limit) throw new TooLarge('The request body', limit);
        if (announced === null) share.take(chunk.byteLength);
        chunks.push(chunk);
      } catch (error) {
        refuse(error);
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length)));
    request.on('error', (error) => refuse(new Refusal(400, 'aborted', `The request broke off: ${error.message}`)));
  });
}
