import { RatchetError } from './errors';
import { splits, type ManifestEntry, type Split } from './dataset';

/** What a dataset version's digest covers of each image; file names are no part of its identity. */
export type ManifestRow = Omit<ManifestEntry, 'file'>;

export interface Manifest {
  readonly classes: readonly string[];
  /** Sorted by SHA-256, which is the order of packs and of predictions over them. */
  readonly rows: readonly ManifestRow[];
}

/**
 * The canonical text of a manifest, line by line: `{"classes": [...]}`, then one row an image. The version's digest is
 * the SHA-256 of these bytes, so equal content gives equal bytes whatever order `entries` come in.
 */
export function* manifestLines(classes: readonly string[], entries: readonly ManifestRow[]): Generator<string> {
  yield `${JSON.stringify({ classes })}\n`;
  const sorted = [...entries].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  for (const { sha256, class: cls, split, group } of sorted)
    yield `${JSON.stringify({ sha256, class: cls, split, group })}\n`;
}

/** @throws RatchetError `corrupt_object` when the text is no manifest */
export function parseManifest(text: string): Manifest {
  try {
    const [head, ...rows] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const { classes } = head as { classes: string[] };
    if (!Array.isArray(classes)) throw new Error('its first line names no classes');
    return { classes, rows: rows as ManifestRow[] };
  } catch (error) {
    throw new RatchetError('corrupt_object', `The manifest cannot be read: ${(error as Error).message}.`);
  }
}

/** The images of one split, in manifest order. */
export const rowsOf = (manifest: Manifest, split: Split): ManifestRow[] =>
  manifest.rows.filter((row) => row.split === split);

/** `counts[class][split]` images. */
export function countBySplit(classes: readonly string[], rows: readonly ManifestRow[]): Record<Split, number>[] {
  const counts = classes.map(() => Object.fromEntries(splits.map((split) => [split, 0])) as Record<Split, number>);
  for (const row of rows) counts[row.class][row.split]++;
  return counts;
}
