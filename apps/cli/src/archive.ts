import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { InvalidInput } from '@ratchet/domain';

export interface Archive {
  readonly name: string;
  readonly body: Readable;
}

/** A zip or tar as it is, or a folder of class folders zipped on the way out, never held in memory or on disk. */
export async function openArchive(path: string): Promise<Archive> {
  const info = await stat(path).catch(() => {
    throw new InvalidInput(
      'path',
      `there is nothing at '${resolve(path)}'. Give a zip, a tar or a folder of class folders.`,
    );
  });
  const name = basename(resolve(path));
  if (info.isFile()) return { name, body: createReadStream(path) };
  const zip = new ZipFile();
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const file = join(entry.parentPath, entry.name);
    zip.addFile(file, relative(path, file).split(sep).join('/'), { compress: false });
  }
  zip.end();
  return { name: `${name}.zip`, body: zip.outputStream as Readable };
}
