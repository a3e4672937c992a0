import type { DatasetItemView } from '@ratchet/contracts';
import type { ImageShape } from '@ratchet/domain';

export const steps = [
  { title: 'Data', fields: ['datasetVersionId', 'title', 'name', 'description'] },
  { title: 'Images and classes', fields: ['input', 'criticalClasses'] },
  { title: 'Promotion', fields: ['policy', 'escapeTolerance', 'minimumGateImagesPerClass', 'latencyBudgetMs'] },
] as const;

/** The first step that holds a field with an error, or null. */
export function firstStepWithError(errors: Readonly<Record<string, unknown>>): number | null {
  const index = steps.findIndex(({ fields }) => fields.some((field) => field in errors));
  return index < 0 ? null : index;
}

/** "Magnetic tiles (line 2)" → `magnetic-tiles-line-2`: lower-case letters, digits and inner hyphens, at most 63. */
export const suggestName = (title: string): string =>
  title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');

const common = [28, 32, 48, 64, 96, 128, 160, 224];

/** A square input near the median side of the images, no larger than 128: a start, not a verdict. Channels stay grey. */
export function suggestInput(items: readonly Pick<DatasetItemView, 'width' | 'height'>[]): ImageShape {
  const sides = items.map(({ width, height }) => Math.sqrt(width * height)).sort((a, b) => a - b);
  const median = sides[Math.floor(sides.length / 2)] ?? 28;
  const near = common.reduce((best, side) => (Math.abs(side - median) < Math.abs(best - median) ? side : best));
  const side = Math.min(near, 128);
  return { width: side, height: side, channels: 1 };
}
