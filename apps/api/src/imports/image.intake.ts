import { createHash } from 'node:crypto';
import { InvalidInput, mapInOrder, objectKeys, type ObjectStore } from '@ratchet/domain';
import { sniffImageFormat, verifyImage, type ImageInfo } from '@ratchet/imaging';
import type { Archive, ArchiveFile } from './archive/archive';
import { isLitter } from './archive/archive.path';
import { classOf, deniesImage, promisesImage } from './class.folders';

/** What became of one file of an archive. */
export type FileOutcome = { readonly file: string; readonly consumed: number } & (
  | { readonly kind: 'ignored' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'image'; readonly cls: string; readonly image: StoredImage }
);

export interface StoredImage {
  readonly sha256: string;
  readonly bytes: number;
  readonly info: ImageInfo;
}

/** Files decoded and stored at once: enough for libvips's four threads and a store that takes its time. */
const WIDTH = 6;

/**
 * Takes an archive's files in: each distinct image is decoded once, to see that it is sound, and stored once under its
 * SHA-256. Storing again what is there changes nothing, so an intake that died is simply repeated.
 */
export class ImageIntake {
  private readonly known = new Map<string, Promise<ImageInfo>>();
  /** What this intake relies on being in the store. */
  readonly stored = new Set<string>();
  /** Of the excluded classes those that the archive has. */
  readonly leftOut = new Set<string>();

  constructor(private readonly store: ObjectStore) {}

  /**
   * The outcome of every file, in the archive's order.
   * @param excluded classes whose files are not read
   * @throws InvalidInput `archive` for an archive that is damaged or dangerous as a whole
   */
  outcomes(archive: Archive, excluded: ReadonlySet<string>): AsyncIterable<FileOutcome> {
    return mapInOrder(this.read(archive, excluded), WIDTH, (file) => this.takeIn(file));
  }

  private async *read(archive: Archive, excluded: ReadonlySet<string>): AsyncGenerator<ReadFile> {
    const leaveOut = (cls: string) => excluded.has(cls) && this.leftOut.add(cls).has(cls);
    for await (const entry of archive.files()) yield await readFile(entry, leaveOut);
  }

  private async takeIn(read: ReadFile): Promise<FileOutcome> {
    if (!('content' in read)) return read;
    const { file, consumed, cls, content } = read;
    if (sniffImageFormat(content) === null && !promisesImage(file)) return { kind: 'ignored', file, consumed };
    const sha256 = createHash('sha256').update(content).digest('hex');
    try {
      let info = this.known.get(sha256);
      if (!info) this.known.set(sha256, (info = this.keep(sha256, content)));
      return { kind: 'image', file, consumed, cls, image: { sha256, bytes: content.length, info: await info } };
    } catch (error) {
      return rejected(file, consumed, error);
    }
  }

  private async keep(sha256: string, content: Uint8Array): Promise<ImageInfo> {
    const info = await verifyImage(content);
    const key = objectKeys.image(sha256);
    if ((await this.store.stat(key))?.size !== content.length)
      await this.store.put(key, content, { size: content.length });
    this.stored.add(sha256);
    return info;
  }
}

type ReadFile =
  | Extract<FileOutcome, { kind: 'ignored' | 'rejected' }>
  | { readonly file: string; readonly consumed: number; readonly cls: string; readonly content: Uint8Array };

async function readFile(entry: ArchiveFile, leaveOut: (cls: string) => boolean): Promise<ReadFile> {
  const { path: file, consumed } = entry;
  const ignored = { kind: 'ignored', file, consumed } as const;
  if (isLitter(file) || deniesImage(file)) return ignored;
  try {
    const cls = classOf(file);
    if (cls !== null && leaveOut(cls)) return ignored;
    if (cls === null) {
      if (!promisesImage(file)) return ignored;
      throw new InvalidInput(
        'file',
        `'${file}' lies in no folder, so it has no class. Move it into the folder of its class.`,
      );
    }
    return { file, consumed, cls, content: await entry.content() };
  } catch (error) {
    // A file that says nothing of being an image may be as large or as odd as it likes.
    if (isAboutFile(error) && !promisesImage(file)) return ignored;
    return rejected(file, consumed, error);
  }
}

const isAboutFile = (error: unknown): error is InvalidInput =>
  error instanceof InvalidInput && (error.details.field === 'file' || error.details.field === 'image');

/** One bad file is reported and left out; everything else ends the import. */
function rejected(file: string, consumed: number, error: unknown): FileOutcome & { kind: 'rejected' } {
  if (!isAboutFile(error)) throw error;
  return { kind: 'rejected', file, consumed, reason: error.message };
}
