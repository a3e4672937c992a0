import { readManifest } from '@ratchet/imaging';
import { rowsOf, type ImageShape, type ObjectStore, type Split } from '@ratchet/domain';
import type { PackCache } from './pack.cache';

export interface LabelledPack {
  /** Raw uint8 `[count, height, width, channels]`. */
  readonly images: Uint8Array;
  /** Class of each image. */
  readonly labels: Uint8Array;
}

/** One split of a dataset version with its labels, in manifest order. */
export async function loadSplit(
  store: ObjectStore,
  packs: PackCache,
  digest: string,
  split: Split,
  shape: ImageShape,
): Promise<LabelledPack> {
  const manifest = await readManifest(store, digest);
  return {
    images: await packs.load(digest, manifest, split, shape),
    labels: Uint8Array.from(rowsOf(manifest, split), (row) => row.class),
  };
}
