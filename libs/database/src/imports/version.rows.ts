import type { ImportProgress } from '@ratchet/contracts';
import { countBySplit, type ManifestEntry } from '@ratchet/domain';
import type { EntityManager } from 'typeorm';
import { newId } from '../columns';
import { DatasetVersion } from '../datasets/dataset-version.entity';
import type { Image } from '../datasets/image.entity';
import { notifyLive } from '../live/live-notice';

/** A dataset version as an import found it, with what is known of its images. */
export interface VersionDraft {
  readonly digest: string;
  readonly classes: readonly string[];
  readonly entries: readonly ManifestEntry[];
  /** One for every entry, in any order. */
  readonly images: readonly Omit<Image, 'createdAt'>[];
  readonly progress: Partial<ImportProgress>;
}

/** Rows of one statement: large enough to be few, small enough to be sent at once. */
const CHUNK = 10_000;

/**
 * Writes a version with its images and items, or finds the one of that digest. The caller holds the dataset's row lock,
 * which makes the version numbers consecutive.
 */
export async function insertVersion(
  manager: EntityManager,
  datasetId: string,
  draft: VersionDraft,
): Promise<{ versionId: string; isNew: boolean }> {
  const { digest, classes, entries } = draft;
  const existing = await manager.findOneBy(DatasetVersion, { datasetId, digest });
  if (existing) return { versionId: existing.id, isNew: false };

  const versionId = newId();
  const version = 1 + ((await manager.maximum(DatasetVersion, 'version', { datasetId })) ?? 0);
  await manager.insert(DatasetVersion, {
    id: versionId,
    datasetId,
    version,
    digest,
    classes: [...classes],
    counts: countBySplit(classes, entries),
    images: entries.length,
    groups: new Set(entries.map((entry) => entry.group)).size,
  });
  await insertImages(manager, draft.images);
  await insertItems(manager, versionId, entries);
  await notifyLive(manager, { type: 'changed', resource: 'dataset-versions', id: versionId });
  await notifyLive(manager, { type: 'changed', resource: 'datasets', id: datasetId });
  return { versionId, isNew: true };
}

/** Sorted, so that two imports with images in common wait for each other and never in a circle. */
async function insertImages(manager: EntityManager, images: VersionDraft['images']): Promise<void> {
  const sorted = [...images].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  for (const rows of chunks(sorted))
    await manager.query(
      `INSERT INTO images (sha256, bytes, width, height, channels, format)
       SELECT * FROM unnest($1::text[], $2::bigint[], $3::int[], $4::int[], $5::smallint[], $6::text[])
       ON CONFLICT DO NOTHING`,
      [
        rows.map((row) => row.sha256),
        rows.map((row) => row.bytes),
        rows.map((row) => row.width),
        rows.map((row) => row.height),
        rows.map((row) => row.channels),
        rows.map((row) => row.format),
      ],
    );
}

async function insertItems(manager: EntityManager, versionId: string, entries: VersionDraft['entries']): Promise<void> {
  for (const rows of chunks(entries))
    await manager.query(
      `INSERT INTO dataset_items (dataset_version_id, sha256, class, split, "group", file)
       SELECT $1, * FROM unnest($2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[])`,
      [
        versionId,
        rows.map((row) => row.sha256),
        rows.map((row) => row.class),
        rows.map((row) => row.split),
        rows.map((row) => row.group),
        rows.map((row) => row.file),
      ],
    );
}

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += CHUNK) yield rows.slice(at, at + CHUNK);
}
