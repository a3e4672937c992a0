import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import {
  type ByteRange,
  InvalidInput,
  NotFound,
  type ObjectInfo,
  type ObjectStore,
  RatchetError,
  Unavailable,
} from '@ratchet/domain';
import { assertKey, assertPrefix, assertRange, assertSize } from './object.key';
import { walk } from './directory.walk';

type PutOptions = NonNullable<Parameters<ObjectStore['put']>[2]>;

const ABANDONED_MS = 60 * 60 * 1000;
const MISSING = ['ENOENT', 'ENOTDIR', 'EISDIR'];

/**
 * Objects as files under `<root>/objects`. A write goes to `<root>/incoming`, is flushed to disk and renamed into place,
 * so readers see the old object or the new one. Both folders must lie on one file system.
 */
export class DirectoryObjectStore implements ObjectStore {
  private readonly objects: string;
  private readonly incoming: string;

  constructor(private readonly root: string) {
    this.objects = path.join(root, 'objects');
    this.incoming = path.join(root, 'incoming');
  }

  async put(
    key: string,
    body: Readable | Uint8Array,
    { size: announced, signal }: PutOptions = {},
  ): Promise<ObjectInfo> {
    assertKey(key);
    signal?.throwIfAborted();
    const temporary = path.join(this.incoming, randomUUID());
    try {
      const file = await this.create(temporary);
      try {
        if (body instanceof Readable && signal) addAbortSignal(signal, body);
        await fs.writeFile(file, body, { signal });
        const { size, mtime } = await file.stat();
        assertSize(announced, size);
        await file.sync();
        signal?.throwIfAborted();
        await this.place(temporary, key);
        return { key, size, modifiedAt: mtime };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (body instanceof Readable) body.destroy();
      await fs.rm(temporary, { force: true }).catch(() => undefined); // the sweep gets what stays
      throw this.translate(error, key);
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    assertKey(key);
    if (range) assertRange(range);
    try {
      const file = await fs.open(this.pathOf(key));
      try {
        const stats = await file.stat();
        if (!stats.isFile()) throw new NotFound('object', key);
        if (range) assertRange(range, stats.size);
        // The length is fixed here: an empty file has no byte 0 to end at.
        return stats.size === 0
          ? await closeEmpty(file)
          : file.createReadStream(range && { start: range.start, end: range.end });
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw this.translate(error, key);
    }
  }

  async stat(key: string): Promise<ObjectInfo | null> {
    assertKey(key);
    try {
      const stats = await fs.stat(this.pathOf(key));
      return stats.isFile() ? { key, size: stats.size, modifiedAt: stats.mtime } : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw this.translate(error, key);
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    assertPrefix(prefix);
    for await (const key of walk(this.objects, prefix)) {
      const info = await this.stat(key);
      if (info) yield info;
    }
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    const file = this.pathOf(key);
    try {
      await fs.unlink(file);
      await syncDirectory(path.dirname(file));
    } catch (error) {
      if (isMissing(error)) return;
      throw this.translate(error, key);
    }
    // Empty folders go too; a writer that loses the folder it was about to use makes it again.
    for (let parent = path.dirname(file); parent !== this.objects; parent = path.dirname(parent)) {
      const removed = await fs.rmdir(parent).then(
        () => true,
        () => false,
      );
      if (!removed) return;
    }
  }

  async check(): Promise<void> {
    try {
      await this.prepare();
      await fs.access(this.incoming, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw error instanceof RatchetError ? error : this.unavailable(error);
    }
  }

  /** Removes what writers that were killed left behind. */
  async sweep(olderThanMs = ABANDONED_MS): Promise<void> {
    const names = await fs.readdir(this.incoming).catch(() => []);
    for (const name of names) {
      const file = path.join(this.incoming, name);
      const stats = await fs.stat(file).catch(() => null);
      if (stats && Date.now() - stats.mtimeMs > olderThanMs) await fs.rm(file, { force: true });
    }
  }

  private pathOf(key: string): string {
    return path.join(this.objects, ...key.split('/'));
  }

  private async prepare(): Promise<void> {
    try {
      await makeDurableDirectory(this.objects);
      await makeDurableDirectory(this.incoming);
    } catch (error) {
      throw this.unavailable(error);
    }
  }

  private async create(temporary: string): Promise<fs.FileHandle> {
    const open = () => fs.open(temporary, 'wx', 0o640);
    return open().catch(async () => {
      await this.prepare(); // says what is wrong with the directory, or makes it
      return open();
    });
  }

  /** Folders are made only where one is missing: most writes go to a folder that is there. */
  private async place(temporary: string, key: string): Promise<void> {
    const target = this.pathOf(key);
    const folder = path.dirname(target);
    for (let attempt = 0; ; attempt++) {
      try {
        if (attempt > 0) await makeDurableDirectory(folder);
        await fs.rename(temporary, target);
        await syncDirectory(folder);
        return;
      } catch (error) {
        // A deletion may have removed the empty folder between the two calls, or while mkdir looked at it.
        if (!['ENOENT', 'EEXIST', 'ENOTDIR'].includes(codeOf(error)) || attempt === 20) throw error;
      }
    }
  }

  private translate(error: unknown, key: string): unknown {
    if (error instanceof RatchetError) return error;
    const code = codeOf(error);
    if (code === 'ENOENT') return new NotFound('object', key);
    if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST' || code === 'ENOTEMPTY')
      return new InvalidInput('key', `'${key}' lies under or over another object's key. Choose another key.`);
    return code in mends ? this.unavailable(error) : error;
  }

  private unavailable(error: unknown): Unavailable {
    const mend = mends[codeOf(error)] ?? 'Set RATCHET_DATA_DIR to a directory that can be made.';
    return new Unavailable(`The object directory ${this.root}`, mend, { cause: error });
  }
}

const mends: Readonly<Record<string, string>> = {
  ENOSPC: 'Its disk is full: free some space.',
  EDQUOT: 'Its disk quota is used up: free some space.',
  EFBIG: 'This process may not write files of that size: raise the limit with ulimit -f.',
  EACCES: 'Let this user read and write it.',
  EPERM: 'Let this user read and write it.',
  EROFS: 'Its file system is read-only: mount it writable.',
  EIO: 'Its disk reports errors: look at the kernel log.',
  EMFILE: 'Too many files are open: raise the limit with ulimit -n.',
  ENFILE: 'Too many files are open on this machine.',
};

async function closeEmpty(file: fs.FileHandle): Promise<Readable> {
  await file.close();
  return Readable.from([], { objectMode: false });
}

/** Makes a folder and flushes the folders above it that it had to make. */
async function makeDurableDirectory(folder: string): Promise<void> {
  const first = await fs.mkdir(folder, { recursive: true, mode: 0o750 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made))
    await syncDirectory(path.dirname(made));
}

async function syncDirectory(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';
const isMissing = (error: unknown) => MISSING.includes(codeOf(error));
