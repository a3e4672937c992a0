import { z } from 'zod';
import { defaultShares, importStates, splits } from '@ratchet/domain';
import { description, id, sha256, timestamp, title } from './primitives';

export const datasetCreate = z.strictObject({ name: title, description });
export const dataset = z.object({
  id,
  name: z.string(),
  description: z.string(),
  latestVersionId: id.nullable(),
  versions: z.int(),
  images: z.int(),
  createdAt: timestamp,
});

const share = z.number().gt(0).lt(1);
/**
 * How an uploaded archive becomes a version. Sent as JSON: in the query parameter `options` when the body is the archive
 * itself, or as the part `options` before the part `archive` of a `multipart/form-data` body (`uploadForm`).
 */
export const importOptions = z.strictObject({
  fileName: z.string().max(255).default('upload'),
  shares: z
    .strictObject({ train: share, validation: share, gate: share })
    .refine((s) => Math.abs(s.train + s.validation + s.gate - 1) < 1e-6, {
      message: 'train, validation and gate must sum to 1',
    })
    .default({ ...defaultShares }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  /** Regular expression on the file name; its first capture (or the match) is the group. */
  groupRegex: z.string().max(500).optional(),
  /** Text of a CSV `file,group`; files by base name. At most 16 MiB. */
  groupsCsv: z
    .string()
    .max(16 * 2 ** 20)
    .optional(),
  /** Classes to leave out. */
  exclude: z.array(z.string()).max(256).default([]),
});
export type ImportOptions = z.infer<typeof importOptions>;

export const importProgress = z.object({
  bytes: z.int(),
  entries: z.int(),
  totalEntries: z.int().nullable(),
  accepted: z.int(),
  duplicates: z.int(),
  rejected: z.int(),
});
/** What the import found; lists are cut at 100 rows, the counts are whole. */
export const importReport = z.object({
  classes: z.record(z.string(), z.int()),
  accepted: z.int(),
  duplicates: z.int(),
  ignored: z.int(),
  rejected: z.array(z.object({ file: z.string(), reason: z.string() })),
  conflicts: z.array(z.object({ sha256, files: z.array(z.string()), classes: z.array(z.string()) })),
  /** What else there is to know, such as that the dataset had this very version already. */
  note: z.string().optional(),
});
export const datasetImport = z.object({
  id,
  datasetId: id,
  state: z.enum(importStates),
  fileName: z.string(),
  bytes: z.int(),
  progress: importProgress,
  report: importReport.nullable(),
  error: z.string().nullable(),
  datasetVersionId: id.nullable(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
});

export const splitName = z.enum(splits);
export const datasetVersion = z.object({
  id,
  datasetId: id,
  datasetName: z.string(),
  version: z.int(),
  digest: sha256,
  classes: z.array(z.string()),
  /** `counts[class][split]` images. */
  counts: z.array(z.record(splitName, z.int())),
  images: z.int(),
  groups: z.int(),
  createdAt: timestamp,
});
export const datasetItem = z.object({
  sha256,
  file: z.string(),
  class: z.int(),
  className: z.string(),
  split: splitName,
  group: z.string(),
  width: z.int(),
  height: z.int(),
});
export type DatasetView = z.infer<typeof dataset>;
export type DatasetVersionView = z.infer<typeof datasetVersion>;
export type DatasetImportView = z.infer<typeof datasetImport>;
export type DatasetItemView = z.infer<typeof datasetItem>;
export type ImportProgress = z.infer<typeof importProgress>;
export type ImportReport = z.infer<typeof importReport>;
