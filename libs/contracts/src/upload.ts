import type { ImportOptions } from './datasets';

/** Names of the two parts of an upload that is sent as `multipart/form-data`; the options come first. */
export const uploadParts = { options: 'options', archive: 'archive' } as const;

/**
 * The body of `POST /api/datasets/:id/imports` for an archive that a browser or `fs.openAsBlob` holds. Its options may
 * be as large as a list of groups is; in the query string they may not.
 */
export function uploadForm(options: Partial<ImportOptions>, archive: Blob): FormData {
  const form = new FormData();
  form.set(uploadParts.options, JSON.stringify(options));
  form.set(uploadParts.archive, archive, options.fileName ?? 'upload');
  return form;
}

/** The same for an archive that comes as a stream. Send `body` with the header `content-type: contentType`. */
export function uploadStream(
  options: Partial<ImportOptions>,
  archive: AsyncIterable<Uint8Array>,
): { contentType: string; body: AsyncGenerator<Uint8Array> } {
  const boundary = `ratchet-${crypto.randomUUID()}`;
  const part = (disposition: string, type: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\ncontent-type: ${type}\r\n\r\n`;
  const encode = (text: string) => new TextEncoder().encode(text);
  async function* body() {
    yield encode(`${part(`name="${uploadParts.options}"`, 'application/json')}${JSON.stringify(options)}\r\n`);
    yield encode(part(`name="${uploadParts.archive}"; filename="archive"`, 'application/octet-stream'));
    yield* archive;
    yield encode(`\r\n--${boundary}--\r\n`);
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: body() };
}
