import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  datasetImport,
  uploadParts,
  type DatasetImportView,
  type DatasetVersionView,
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
  options: object,
  signal: AbortSignal,
): Promise<DatasetImportView> {
  const boundary = `ratchet-${randomUUID()}`;
  const response = await client.send('POST', `/api/datasets/${datasetId}/imports`, {
    body: Readable.from(uploadBody(boundary, options, archive)) as unknown as RequestInit['body'],
    duplex: 'half',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    signal,
  });
  return datasetImport.parse(await response.json());
}

/** The options, then the archive as it streams by: `FormData` would want all of it at once. */
async function* uploadBody(boundary: string, options: object, archive: Archive): AsyncGenerator<Uint8Array> {
  const part = (name: string, more = '') =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n`;
  yield Buffer.from(`${part(uploadParts.options)}\r\n${JSON.stringify(options)}\r\n`);
  yield Buffer.from(
    `${part(uploadParts.archive, '; filename="archive"')}content-type: application/octet-stream\r\n\r\n`,
  );
  yield* archive.body;
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

const progressOf = ({ progress: p, state }: DatasetImportView) =>
  `Import ${state.toLowerCase()}: ${p.accepted} images${p.totalEntries ? ` of ${p.totalEntries}` : ''}, ${p.duplicates} duplicates, ${p.rejected} rejected.`;
