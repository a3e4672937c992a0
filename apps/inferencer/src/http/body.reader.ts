import type { IncomingMessage } from 'node:http';
import { TooLarge } from '@ratchet/domain';
import { Refusal } from './refusal';

/** Room for the bodies of all requests together, so that many large ones cannot exhaust memory. */
export class BodyBudget {
  private taken = 0;

  constructor(private readonly total: number) {}

  /** @throws Refusal 503 when there is no room now */
  take(bytes: number): void {
    if (this.taken + bytes > this.total)
      throw new Refusal(503, 'full', 'Too many large requests are being read. Ask again later or elsewhere.', 1);
    this.taken += bytes;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
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

/** The whole body in memory. @throws TooLarge as soon as it exceeds the limit */
export function readBody(request: IncomingMessage, limit: number, budget: BodyBudget): Promise<Buffer> {
  const announced = announcedLength(request, limit);
  if (announced !== null) budget.take(announced);
  let reserved = announced ?? 0;
  return new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (act: () => void) => {
      budget.give(reserved);
      reserved = 0;
      request.removeAllListeners('data');
      act();
    };
    request.on('data', (chunk: Buffer) => {
      length += chunk.byteLength;
      if (length > limit) return settle(() => reject(new TooLarge('The request body', limit)));
      if (announced === null) {
        try {
          budget.take(chunk.byteLength);
          reserved += chunk.byteLength;
        } catch (error) {
          return settle(() => reject(error));
        }
      }
      chunks.push(chunk);
    });
    request.on('end', () => settle(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length))));
    request.on('error', (error) =>
      settle(() => reject(new Refusal(400, 'aborted', `The request broke off: ${error.message}`))),
    );
  });
}
