import { InvalidInput, RatchetError, rowsOf, type ImageShape, type Manifest, type Split } from '@ratchet/domain';
import type { PackCache } from './pack.cache';

export interface LabelledPack {
  /** Raw uint8 `[count, height, width, channels]`. */
  readonly images: Uint8Array;
  /** Indices into the task's class list. */
  readonly labels: Uint8Array;
}

export interface DatasetVersionRef {
  readonly digest: string;
  readonly manifest: Manifest;
}

/** One split with its labels in the words of the task, in manifest order. */
export async function loadSplit(
  packs: PackCache,
  { digest, manifest }: DatasetVersionRef,
  split: Split,
  shape: ImageShape,
  classes: readonly string[],
): Promise<LabelledPack> {
  const index = manifest.classes.map((name) => classes.indexOf(name));
  const rows = rowsOf(manifest, split);
  const unknown = manifest.classes.filter((_, c) => index[c] < 0 && rows.some((row) => row.class === c));
  if (unknown.length)
    throw new InvalidInput(
      'classes',
      `the task does not know ${unknown.join(', ')}; its classes are ${classes.join(', ')}. Import the dataset without them.`,
      { unknown },
    );
  return {
    images: await packs.load(digest, manifest, split, shape),
    labels: Uint8Array.from(rows, (row) => index[row.class]),
  };
}

/**
 * Leaves out what the gate set has seen: images that are in it, and groups that are. Another version of a dataset is
 * split differently, and nobody may train or tune on the images that judge.
 */
export function withoutGateImages(
  pack: LabelledPack,
  { digest, manifest }: DatasetVersionRef,
  split: Split,
  gate: DatasetVersionRef,
): { pack: LabelledPack; left: number } {
  if (digest === gate.digest) return { pack, left: 0 };
  const judges = rowsOf(gate.manifest, 'gate');
  const taken = new Set(judges.flatMap((row) => [row.sha256, row.group]));
  const rows = rowsOf(manifest, split);
  const kept = rows.flatMap((row, i) => (taken.has(row.sha256) || taken.has(row.group) ? [] : [i]));
  if (kept.length === 0)
    throw new RatchetError(
      'nothing_to_train_on',
      `Every ${split} image of the dataset version is in the task's gate set or shares a group with it. Use the version the task was made from, or add images.`,
    );
  const bytes = pack.images.length / rows.length;
  const images = new Uint8Array(kept.length * bytes);
  kept.forEach((i, at) => images.set(pack.images.subarray(i * bytes, (i + 1) * bytes), at * bytes));
  return { pack: { images, labels: Uint8Array.from(kept, (i) => pack.labels[i]) }, left: rows.length - kept.length };
}
