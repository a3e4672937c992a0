import { InvalidInput } from '@ratchet/domain';

/** What an archive may cost. */
export interface ArchiveLimits {
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  /** Unpacked bytes, all files together. */
  readonly maxTotalBytes: number;
  /** Unpacked bytes over the archive's own bytes; counts only past `ratioFreeBytes`. */
  readonly maxRatio: number;
  readonly ratioFreeBytes: number;
}

const GiB = 2 ** 30;
/** Photographs hardly compress and plain bitmaps of plain parts do, by 10 to 50; a bomb reaches 1000 and more. */
export const defaultArchiveLimits: ArchiveLimits = {
  maxEntries: 1_000_000,
  maxEntryBytes: 64 * 2 ** 20,
  maxTotalBytes: 64 * GiB,
  maxRatio: 100,
  ratioFreeBytes: GiB,
};

export function assertEntryCount(count: number, { maxEntries }: ArchiveLimits): void {
  if (count > maxEntries)
    throw new InvalidInput('archive', `holds ${count} entries and the limit is ${maxEntries}. Upload it in parts.`, {
      limit: maxEntries,
    });
}

export function assertExpansion(unpacked: number, archiveBytes: number, limits: ArchiveLimits): void {
  if (unpacked > limits.maxTotalBytes)
    throw new InvalidInput(
      'archive',
      `unpacks to more than ${limits.maxTotalBytes} bytes, which is the limit. Upload it in parts.`,
      { limit: limits.maxTotalBytes },
    );
  if (unpacked > limits.ratioFreeBytes && unpacked > archiveBytes * limits.maxRatio)
    throw new InvalidInput(
      'archive',
      `unpacks to over ${limits.maxRatio} times its ${archiveBytes} bytes, as only a bomb does. Pack images as PNG or JPEG.`,
      { limit: limits.maxRatio },
    );
}

export const entryTooLarge = (path: string, size: number, { maxEntryBytes }: ArchiveLimits) =>
  new InvalidInput('file', `'${path}' has ${size} bytes and the limit is ${maxEntryBytes}. Save it smaller.`, {
    limit: maxEntryBytes,
  });
