import type { DatasetImportView } from '@ratchet/contracts';
import { formatCount } from '../fields/format';

/** Between 0 and 1; null while the number of entries is not known. */
export function importShare({ progress, bytes }: Pick<DatasetImportView, 'progress' | 'bytes'>): number | null {
  if (progress.totalEntries) return Math.min(1, progress.entries / progress.totalEntries);
  return progress.bytes > 0 && bytes > 0 ? Math.min(1, progress.bytes / bytes) : null;
}

/** What an import did so far, in one line. */
export function summaryOf({ state, progress, report }: DatasetImportView): string {
  if (state === 'PENDING') return 'Waiting to be read.';
  const accepted = report?.accepted ?? progress.accepted;
  const parts = [`${formatCount(accepted)} images accepted`];
  const add = (n: number, what: string) => n > 0 && parts.push(`${formatCount(n)} ${what}`);
  add(report?.duplicates ?? progress.duplicates, 'exact duplicates counted once');
  add(progress.rejected, 'files rejected');
  add(report?.ignored ?? 0, 'other files ignored');
  add(report?.conflicts.length ?? 0, 'images under two classes left out');
  return `${parts.join(', ')}.`;
}
