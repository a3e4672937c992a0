import type { DatasetImportView } from '@ratchet/contracts';
import { counted } from '../fields/format';

/** Between 0 and 1; null while the number of entries is not known. */
export function importShare({ progress, bytes }: Pick<DatasetImportView, 'progress' | 'bytes'>): number | null {
  if (progress.totalEntries) return Math.min(1, progress.entries / progress.totalEntries);
  return progress.bytes > 0 && bytes > 0 ? Math.min(1, progress.bytes / bytes) : null;
}

/** What an import did so far, in one line. */
export function summaryOf({ state, progress, report }: DatasetImportView): string {
  if (state === 'PENDING') return 'Waiting to be read.';
  const accepted = report?.accepted ?? progress.accepted;
  const parts = [`${counted(accepted, 'image')} accepted`];
  const add = (n: number, one: string, what: string) => n > 0 && parts.push(`${counted(n, one)} ${what}`);
  add(report?.duplicates ?? progress.duplicates, 'exact duplicate', 'counted once');
  add(progress.rejected, 'file', 'rejected');
  add(report?.ignored ?? 0, 'other file', 'ignored');
  add(report?.conflicts.length ?? 0, 'image', 'under two classes left out');
  return `${parts.join(', ')}.`;
}
