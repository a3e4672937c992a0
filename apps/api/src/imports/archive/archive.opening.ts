import { InvalidInput, type ObjectStore } from '@ratchet/domain';
import { buffer } from 'node:stream/consumers';
import type { Archive, ArchiveSource } from './archive';
import { defaultArchiveLimits, type ArchiveLimits } from './archive.limits';
import { readTar } from './tar.archive';
import { openZip } from './zip.archive';

/**
 * Opens a zip, tar or gzipped tar, whichever the content is. What a zip's directory can tell is checked at once,
 * what a tar holds while it is read.
 * @throws InvalidInput `archive` when it is neither, is damaged, reaches outside itself, holds links, or is over a limit
 */
export async function openArchive(
  source: ArchiveSource,
  limits: ArchiveLimits = defaultArchiveLimits,
): Promise<Archive> {
  const head =
    source.size === 0
      ? Buffer.alloc(0)
      : await buffer(await source.open({ start: 0, end: Math.min(source.size, 512) - 1 }));
  if (head.subarray(0, 2).toString('latin1') === 'PK') return openZip(source, limits);
  if (head.length > 2 && head[0] === 0x1f && head[1] === 0x8b)
    return { paths: null, files: () => readTar(source, true, limits) };
  if (head.subarray(257, 262).toString('latin1') === 'ustar')
    return { paths: null, files: () => readTar(source, false, limits) };
  throw new InvalidInput(
    'archive',
    'is neither a zip nor a tar nor a gzipped tar. Pack the class folders as one of these.',
  );
}

export const storedArchive = (store: ObjectStore, key: string, size: number): ArchiveSource => ({
  size,
  open: (range) => store.get(key, range),
});
