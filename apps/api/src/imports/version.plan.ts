import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { ImportOptions } from '@ratchet/contracts';
import type { VersionDraft } from '@ratchet/database';
import { manifestLines, splitByGroup } from '@ratchet/domain';
import { assertClasses } from './class.folders';
import { assertGrouped, groupRule } from './group.rule';
import type { LabelledImage } from './image.collection';

export interface VersionPlan {
  readonly draft: Omit<VersionDraft, 'progress'>;
  /** The canonical text whose SHA-256 is the version's digest. */
  readonly manifest: Buffer;
}

/**
 * From the images an import found to the version they make: classes in order, a group for every image, a split.
 * The same images and options make the same version, bit for bit.
 * Between its steps, each of which takes time for many images, others get their turn.
 * @param leftOut of the excluded classes those that the archive has
 * @throws InvalidInput when there are too few images or groups, or images without a group
 */
export async function planVersion(
  found: readonly LabelledImage[],
  leftOut: ReadonlySet<string>,
  options: ImportOptions,
): Promise<VersionPlan> {
  const counts = new Map([...leftOut].map((name) => [name, 0]));
  for (const { cls } of found) counts.set(cls, (counts.get(cls) ?? 0) + 1);
  const classes = assertClasses(counts, options.exclude);
  const indexOf = new Map(classes.map((name, index) => [name, index]));

  const images = [...found].sort((a, b) => (a.image.sha256 < b.image.sha256 ? -1 : 1));
  await turn();
  const groups = groupsOf(images, options);
  await turn();
  const placed = images.map(({ cls }, i) => ({ class: indexOf.get(cls) as number, group: groups[i] }));
  const assigned = splitByGroup(placed, classes, options.shares, options.seed);

  await turn();
  const entries = images.map(({ image, file }, i) => ({
    sha256: image.sha256,
    ...placed[i],
    split: assigned[i],
    file,
  }));
  await turn();
  const manifest = Buffer.from([...manifestLines(classes, entries)].join(''));
  return {
    draft: {
      digest: createHash('sha256').update(manifest).digest('hex'),
      classes,
      entries,
      images: images.map(({ image: { sha256, bytes, info } }) => ({
        sha256,
        bytes,
        width: info.width,
        height: info.height,
        channels: info.channels,
        format: info.format,
      })),
    },
    manifest,
  };
}

/** Without a rule an image is its own group. */
function groupsOf(images: readonly LabelledImage[], options: ImportOptions): string[] {
  const rule = groupRule(options);
  if (!rule) return images.map(({ image }) => image.sha256);
  const groups = rule.groupsOf(images.map(({ file }) => file));
  assertGrouped(
    rule.option,
    images.filter((_, i) => groups[i] === null).map(({ file }) => file),
  );
  return groups as string[];
}
