import { buffer } from 'node:stream/consumers';
import { RandomAccessReader } from 'yauzl';
import type { ArchiveSource } from './archive';

const BLOCK_BYTES = 4 * 2 ** 20;
const BLOCKS_KEPT = 4;

/**
 * Random access to an object by ranges of 4 MiB, the latest few kept: a zip's files mostly lie one behind the other,
 * so a whole archive costs one request per 4 MiB and not two per file.
 */
export class BlockReader extends RandomAccessReader {
  private readonly blocks = new Map<number, Promise<Buffer>>();

  constructor(private readonly source: ArchiveSource) {
    super();
  }

  /** @throws RangeError past the end; whatever the store throws */
  async bytes(position: number, length: number): Promise<Buffer> {
    if (position < 0 || length < 0 || position + length > this.source.size)
      throw new RangeError(`bytes ${position}..${position + length} lie outside its ${this.source.size}`);
    const parts: Buffer[] = [];
    for (let at = position; at < position + length;) {
      const index = Math.floor(at / BLOCK_BYTES);
      const block = await this.block(index);
      const part = block.subarray(at - index * BLOCK_BYTES, position + length - index * BLOCK_BYTES);
      parts.push(part);
      at += part.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytes(position, length).then(
      (bytes) => {
        bytes.copy(target, offset);
        callback(null);
      },
      (error: Error) => callback(error),
    );
  }

  private block(index: number): Promise<Buffer> {
    const kept = this.blocks.get(index);
    if (kept) return kept;
    const start = index * BLOCK_BYTES;
    const end = Math.min(start + BLOCK_BYTES, this.source.size) - 1;
    const block = this.source.open({ start, end }).then((stream) => buffer(stream));
    block.catch(() => this.blocks.delete(index));
    this.blocks.set(index, block);
    const [oldest] = this.blocks.keys();
    if (this.blocks.size > BLOCKS_KEPT) this.blocks.delete(oldest);
    return block;
  }
}
