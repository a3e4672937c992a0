import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { InvalidInput, RatchetError } from '@ratchet/domain';
import tar from 'tar-stream';
import type { ArchiveFile, ArchiveSource } from './archive';
import { assertEntryCount, assertExpansion, entryTooLarge, type ArchiveLimits } from './archive.limits';
import { insidePath, refuseLink } from './archive.path';

/** Streams a tar once, holding one file at a time. */
export async function* readTar(
  source: ArchiveSource,
  gzipped: boolean,
  limits: ArchiveLimits,
): AsyncGenerator<ArchiveFile> {
  const raw = await source.open();
  let consumed = 0;
  raw.on('data', (chunk: Buffer) => (consumed += chunk.length)).pause(); // counts what the pipe below takes
  const unpacked = Readable.from(counted(gzipped ? gunzip(raw) : raw, source, limits), { objectMode: false });
  const entries = tar.extract();
  unpacked.once('error', (error) => entries.destroy(error));
  unpacked.pipe(entries);
  let count = 0;
  try {
    for await (const entry of entries) {
      assertEntryCount(++count, limits);
      const { name, type, size = 0 } = entry.header;
      if (type === 'symlink' || type === 'link') refuseLink(name);
      const path = insidePath(name);
      if (type === 'file' || type === 'contiguous-file')
        yield { path, size, consumed, content: () => contentOf(entry, path, size, limits) };
      entry.resume();
    }
  } catch (error) {
    throw unreadable(error);
  } finally {
    unpacked.destroy();
    raw.destroy();
    entries.destroy();
  }
}

function gunzip(raw: Readable): Readable {
  const gunzipped = zlib.createGunzip();
  raw.once('error', (error) => gunzipped.destroy(error));
  return raw.pipe(gunzipped);
}

/** Counts what comes out, so that a bomb stops before it goes off. */
async function* counted(bytes: Readable, source: ArchiveSource, limits: ArchiveLimits): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    assertExpansion((total += chunk.length), source.size, limits);
    yield chunk;
  }
}

async function contentOf(
  entry: AsyncIterable<unknown>,
  path: string,
  size: number,
  limits: ArchiveLimits,
): Promise<Uint8Array> {
  if (size > limits.maxEntryBytes) throw entryTooLarge(path, size, limits);
  try {
    const parts: Uint8Array[] = [];
    for await (const part of entry) parts.push(part as Uint8Array);
    return Buffer.concat(parts);
  } catch (error) {
    throw unreadable(error);
  }
}

const unreadable = (error: unknown): unknown =>
  error instanceof RatchetError
    ? error
    : new InvalidInput(
        'archive',
        `is a tar that cannot be read, perhaps cut off (${(error as Error).message}). Upload it again.`,
      );
