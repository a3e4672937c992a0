import type { DatasetImportView } from '@ratchet/contracts';
import { importShare, summaryOf } from './import.progress';

const progress = { bytes: 0, entries: 0, totalEntries: null, accepted: 0, duplicates: 0, rejected: 0 };
const record = (part: Partial<DatasetImportView>): DatasetImportView => ({
  id: 'i',
  datasetId: 'd',
  state: 'RUNNING',
  fileName: 'x.zip',
  bytes: 100,
  progress,
  report: null,
  error: null,
  datasetVersionId: null,
  createdAt: '2026-01-01T00:00:00Z',
  finishedAt: null,
  ...part,
});

it('importShare goes by entries where they are known, else by bytes, else is open', () => {
  expect(importShare(record({ progress: { ...progress, entries: 5, totalEntries: 20, bytes: 99 } }))).toBe(0.25);
  expect(importShare(record({ progress: { ...progress, bytes: 50 } }))).toBe(0.5);
  expect(importShare(record({}))).toBeNull();
});

it('summaryOf counts what happened', () => {
  expect(summaryOf(record({ state: 'PENDING' }))).toBe('Waiting to be read.');
  expect(summaryOf(record({ progress: { ...progress, accepted: 1200, duplicates: 3, rejected: 1 } }))).toBe(
    '1,200 images accepted, 3 exact duplicates counted once, 1 file rejected.',
  );
});
