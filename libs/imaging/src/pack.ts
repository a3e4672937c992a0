import { Readable } from 'node:stream';
import { mapInOrder, objectKeys, rowsOf } from '@ratchet/domain';
import type { ImageShape, Manifest, ObjectStore, Split } from '@ratchet/domain';
import { readImage } from './addressed.object';
import { decodeTo } from './decode';

/** Images fetched and decoded at once: enough to keep libvips's threads busy while others are on their way. */
const WIDTH = 8;
const BLOCK_BYTES = 2 ** 20;

export interface Pack {
  readonly key: string;
  /** Images; the labels are those of `rowsOf(manifest, split)`, in the same order. */
  readonly count: number;
  readonly bytes: number;
}

export interface PackOptions {
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
}

/**
 * One split of a dataset version as raw uint8 `[count, height, width, channels]` in manifest order, in the object store.
 * Built by the first who needs it and found by all others; builders at the same time write the same bytes.
 * @throws NotFound, RatchetError `corrupt_object` when an image is missing or altered; the signal's reason when aborted
 */
export async function ensurePack(
  store: ObjectStore,
  digest: string,
  manifest: Manifest,
  split: Split,
  shape: ImageShape,
  options: PackOptions = {},
): Promise<Pack> {
  const rows = rowsOf(manifest, split);
  const key = objectKeys.pack(digest, split, shape);
  const bytes = rows.length * shape.height * shape.width * shape.channels;
  const pack = { key, count: rows.length, bytes };
  if ((await store.stat(key))?.size === bytes) return pack;
  const images = mapInOrder(rows, WIDTH, async ({ sha256 }) => {
    options.signal?.throwIfAborted();
    return decodeTo(await readImage(store, sha256), shape);
  });
  const body = Readable.from(
    inBlocks(images, (done) => options.progress?.(done, rows.length)),
    { objectMode: false },
  );
  await store.put(key, body, { size: bytes, signal: options.signal });
  return pack;
}

/** Small images are written many at a time. */
async function* inBlocks(images: AsyncIterable<Uint8Array>, progress: (done: number) => void) {
  let block: Uint8Array[] = [];
  let size = 0;
  let done = 0;
  for await (const image of images) {
    block.push(image);
    size += image.length;
    done++;
    if (size < BLOCK_BYTES) continue;
    yield Buffer.concat(block);
    progress(done);
    block = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(block);
  progress(done);
}
