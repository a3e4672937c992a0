import { addAbortSignal, Readable } from 'node:stream';

/** Cuts a body into buffers of `size` bytes, the last one shorter. An empty body gives none. Aborting destroys the stream. */
export async function* blocksOf(
  body: Readable | Uint8Array,
  size: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, undefined> {
  if (body instanceof Readable && signal) addAbortSignal(signal, body);
  const source = body instanceof Readable ? (body as AsyncIterable<Uint8Array>) : [body];
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + size - length);
      held.push(piece);
      length += piece.length;
      at += piece.length;
      if (length < size) continue;
      yield Buffer.concat(held, length);
      held = [];
      length = 0;
    }
  }
  if (length > 0) yield Buffer.concat(held, length);
  return undefined;
}
