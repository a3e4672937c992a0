import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ensurePack } from '@ratchet/imaging';
import type { ImageShape, Manifest, ObjectStore, Split } from '@ratchet/domain';

export interface PackCacheOptions {
  readonly directory: string;
  readonly limitBytes: number;
  /** A pack that nobody has built yet is built here; images done and to do. */
  readonly building?: (split: Split, done: number, total: number) => void;
}

/**
 * Packs on the local disk, shared by all runs of this machine; the least recently used go when there are too many.
 * A file appears whole, and may be deleted while somebody reads it.
 */
export class PackCache {
  constructor(
    private readonly store: ObjectStore,
    private readonly options: PackCacheOptions,
  ) {}

  /** One split's images, raw uint8 `[count, height, width, channels]` in manifest order. */
  async load(digest: string, manifest: Manifest, split: Split, shape: ImageShape): Promise<Uint8Array> {
    const { directory, building } = this.options;
    const name = `${digest}-${shape.height}x${shape.width}x${shape.channels}-${split}.u8`;
    const file = path.join(directory, name);
    const bytes =
      manifest.rows.filter((row) => row.split === split).length * shape.height * shape.width * shape.channels;
    const cached = await fs.readFile(file).catch(() => null);
    if (cached?.length === bytes) {
      await fs.utimes(file, new Date(), new Date()).catch(() => undefined); // another run may have just evicted it
      return cached;
    }
    const pack = await ensurePack(this.store, digest, manifest, split, shape, {
      progress: building && ((done, total) => building(split, done, total)),
    });
    await fs.mkdir(directory, { recursive: true });
    const partial = `${file}.${randomUUID()}.partial`;
    try {
      await pipeline(await this.store.get(pack.key), createWriteStream(partial));
      const loaded = await fs.readFile(partial);
      await fs.rename(partial, file);
      await this.evict(name);
      return loaded;
    } catch (error) {
      await fs.rm(partial, { force: true });
      throw error;
    }
  }

  private async evict(justLoaded: string): Promise<void> {
    const { directory, limitBytes } = this.options;
    const names = (await fs.readdir(directory)).filter((name) => name !== justLoaded);
    const stats = await Promise.all(
      names.map(async (name) => ({ name, stat: await fs.stat(path.join(directory, name)).catch(() => null) })),
    );
    const oldestFirst = stats
      .flatMap(({ name, stat }) => (stat ? [{ name, size: stat.size, usedAt: stat.mtimeMs }] : []))
      .sort((a, b) => a.usedAt - b.usedAt);
    const { size: kept } = await fs.stat(path.join(directory, justLoaded));
    let total = kept + oldestFirst.reduce((sum, file) => sum + file.size, 0);
    for (const { name, size } of oldestFirst) {
      if (total <= limitBytes) return;
      await fs.rm(path.join(directory, name), { force: true });
      total -= size;
    }
  }
}
