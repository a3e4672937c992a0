import { buffer } from 'node:stream/consumers';
import zlib from 'node:zlib';
import tar from 'tar-stream';

export interface SampleEntry {
  readonly name: string;
  readonly content?: Uint8Array | string;
  readonly type?: 'file' | 'symlink' | 'link';
  /** Deflated instead of stored, in a zip. */
  readonly deflate?: boolean;
  /** What a zip's directory says of the unpacked size, if not the truth. */
  readonly claimedSize?: number;
  readonly encrypted?: boolean;
  readonly method?: number;
}

/** A zip written by hand, so that it may lie. */
export function sampleZip(entries: readonly SampleEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const packed = entry.deflate ? zlib.deflateRawSync(content) : content;
    const name = Buffer.from(entry.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (entry.encrypted ? 1 : 0), 2);
    common.writeUInt16LE(entry.method ?? (entry.deflate ? 8 : 0), 4);
    common.writeUInt32LE(zlib.crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.claimedSize ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const record = Buffer.alloc(14);
    record.writeUInt32LE(((entry.type === 'symlink' ? 0o120777 : 0o100644) << 16) >>> 0, 6);
    record.writeUInt32LE(offset, 10);
    files.push(signature(0x04034b50), common, name, packed);
    directory.push(signature(0x02014b50), Buffer.from([20, 3]), common, record, name);
    offset += 30 + name.length + packed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, ...directory, signature(0x06054b50), end]);
}

const signature = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export async function sampleTar(entries: readonly SampleEntry[], { gzip = false } = {}): Promise<Buffer> {
  const pack = tar.pack();
  for (const { name, content = '', type = 'file' } of entries)
    if (type === 'file') pack.entry({ name }, Buffer.from(content));
    else pack.entry({ name, type, linkname: '/etc/passwd' });
  pack.finalize();
  const bytes = await buffer(pack);
  return gzip ? zlib.gzipSync(bytes) : bytes;
}
