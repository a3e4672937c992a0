import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { InvalidInput, RatchetError } from '@ratchet/domain';
import { fromRandomAccessReaderPromise, getFileNameLowLevel, type Entry, type ZipFile } from 'yauzl';
import type { Archive, ArchiveFile, ArchiveSource } from './archive';
import { assertEntryCount, assertExpansion, entryTooLarge, type ArchiveLimits } from './archive.limits';
import { insidePath, refuseLink } from './archive.path';
import { BlockReader } from './block.reader';

const inflate = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
const STORED = 0;
const DEFLATED = 8;
const UNIX_TYPE = 0xf000;
const UNIX_LINK = 0xa000;

/** Reads a zip's directory, judges all of it, and then gives out the files. Zip64 included. */
export async function openZip(source: ArchiveSource, limits: ArchiveLimits): Promise<Archive> {
  const reader = new BlockReader(source);
  const paths: string[] = [];
  let unpacked = 0;
  let packed = 0;
  for await (const entry of eachEntry(reader, source, limits)) {
    assertHonest(entry);
    unpacked += entry.uncompressedSize;
    packed += entry.compressedSize;
    assertExpansion(unpacked, source.size, limits);
    const path = insidePath(nameOf(entry));
    if (!isFolder(entry)) paths.push(path);
  }
  if (packed > source.size)
    throw new InvalidInput('archive', 'its entries overlap, as only a bomb’s do. Pack the images again.');
  return { paths, files: () => readFiles(reader, source, limits) };
}

async function* readFiles(
  reader: BlockReader,
  source: ArchiveSource,
  limits: ArchiveLimits,
): AsyncGenerator<ArchiveFile> {
  let consumed = 0;
  for await (const entry of eachEntry(reader, source, limits)) {
    consumed += entry.compressedSize;
    if (isFolder(entry)) continue;
    const path = insidePath(nameOf(entry));
    yield {
      path,
      size: entry.uncompressedSize,
      consumed,
      content: async () => {
        if (Math.max(entry.uncompressedSize, entry.compressedSize) > limits.maxEntryBytes)
          throw entryTooLarge(path, entry.uncompressedSize, limits);
        return unpack(reader, entry, path);
      },
    };
  }
}

/** The directory's entries, one pass. */
async function* eachEntry(
  reader: BlockReader,
  source: ArchiveSource,
  limits: ArchiveLimits,
): AsyncGenerator<Entry & { zip: ZipFile }> {
  try {
    const zip = await fromRandomAccessReaderPromise(reader, source.size, {
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: false, // `unpack` does, and refuses the one file alone
    });
    assertEntryCount(zip.entryCount, limits);
    for await (const entry of zip.eachEntry()) yield Object.assign(entry, { zip });
  } catch (error) {
    throw unreadable(error);
  }
}

/** @throws InvalidInput `file` when it cannot be unpacked or is not what the directory said */
async function unpack(reader: BlockReader, entry: Entry & { zip: ZipFile }, path: string): Promise<Uint8Array> {
  try {
    const { fileDataStart } = await entry.zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = await reader.bytes(fileDataStart, entry.compressedSize);
    const content =
      entry.compressionMethod === STORED
        ? packed
        : await inflate(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
    if (content.length !== entry.uncompressedSize)
      throw new Error(`has ${content.length} bytes, not ${entry.uncompressedSize}`);
    if (zlib.crc32(content) !== entry.crc32) throw new Error('its checksum is wrong');
    return content;
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    throw new InvalidInput(
      'file',
      `'${path}' is damaged inside the archive (${(error as Error).message}). Pack it again.`,
    );
  }
}

function assertHonest(entry: Entry): void {
  const name = nameOf(entry);
  if (((entry.externalFileAttributes >>> 16) & UNIX_TYPE) === UNIX_LINK) refuseLink(name);
  if (entry.isEncrypted())
    throw new InvalidInput('archive', `its entry '${name}' is encrypted. Pack it without a password.`);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    throw new InvalidInput(
      'archive',
      `its entry '${name}' is packed by method ${entry.compressionMethod}. Pack it stored or deflated.`,
    );
}

const nameOf = (entry: Entry): string =>
  getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
const isFolder = (entry: Entry): boolean => nameOf(entry).endsWith('/');

const unreadable = (error: unknown): unknown =>
  error instanceof RatchetError
    ? error
    : new InvalidInput(
        'archive',
        `is a zip that cannot be read, perhaps cut off (${(error as Error).message}). Upload it again.`,
      );
