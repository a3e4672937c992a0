import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  datasetImport,
  uploadStream,
  type DatasetImportView,
  type DatasetVersionView,
  type ImportOptions,
  type RatchetClient,
} from '@ratchet/contracts';
import { RatchetError } from '@ratchet/domain';
import type { Archive } from './archive';
import { until } from './demo/until';

/** Images of the user's own, and what must not be split among them. */
export interface OwnData {
  readonly path: string;
  readonly groupsCsv?: string;
  readonly groupRegex?: string;
}

/** Uploads an archive into a dataset and waits for its import. @throws RatchetError with the cause when it does not complete */
export async function importInto(
  client: RatchetClient,
  datasetId: string,
  archive: Archive,
  groups: Omit<OwnData, 'path'>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<DatasetVersionView> {
  const options = {
    fileName: archive.name,
    groupRegex: groups.groupRegex,
    groupsCsv: groups.groupsCsv ? await readFile(groups.groupsCsv, 'utf8') : undefined,
  };
  const started = await upload(client, datasetId, archive, options, signal);
  const finished = await until(signal, async () => {
    const current = await client.get('imports', started.id);
    say(progressOf(current));
    return ['COMPLETED', 'FAILED', 'CANCELLED'].includes(current.state) ? current : null;
  });
  if (finished.state !== 'COMPLETED' || !finished.datasetVersionId)
    throw new RatchetError(
      'import_failed',
      `The import of ${archive.name} ended ${finished.state}: ${finished.error ?? 'no cause given'}`,
    );
  return client.get('dataset-versions', finished.datasetVersionId);
}

async function upload(
  client: RatchetClient,
  datasetId: string,
  archive: Archive,
  options: Partial<ImportOptions>,
  signal: AbortSignal,
): Promise<DatasetImportView> {
  const { contentType, body } = uploadStream(options, archive.body);
  const response = await client.send('POST', `/api/datasets/${datasetId}/imports`, {
    body: Readable.from(body) as unknown as RequestInit['body'],
    duplex: 'half',
    headers: { 'content-type': contentType },
    signal,
  });
  return datasetImport.parse(await response.json());
}

const progressOf = ({ progress: p, state }: DatasetImportView) =>
  `Import ${state.toLowerCase()}: ${p.accepted} images${p.totalEntries ? ` of ${p.totalEntries}` : ''}, ${p.duplicates} duplicates, ${p.rejected} rejected.`;
