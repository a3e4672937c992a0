import type { ByteRange } from '@ratchet/domain';
import type { Readable } from 'node:stream';

/** Where an archive's bytes come from. */
export interface ArchiveSource {
  readonly size: number;
  open(range?: ByteRange): Promise<Readable>;
}

/** A file inside an archive. */
export interface ArchiveFile {
  /** `/`-separated, relative, without `.` and `..`. */
  readonly path: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** How much of the archive has been read when this file is through, in bytes of the archive. */
  readonly consumed: number;
  /** Its bytes. May be asked for only until the next file is taken. */
  content(): Promise<Uint8Array>;
}

export interface Archive {
  /** Every file's path, where they can be known without unpacking; null for a tar. */
  readonly paths: readonly string[] | null;
  /** The files in the archive's order; folders are left out. Stop early by leaving the loop. */
  files(): AsyncIterable<ArchiveFile>;
}
