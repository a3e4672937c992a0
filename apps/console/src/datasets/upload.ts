import { datasetImport, problem, uploadForm, type DatasetImportView, type ImportOptions } from '@ratchet/contracts';

export interface Upload {
  readonly done: Promise<DatasetImportView>;
  cancel(): void;
}

/**
 * Sends an archive; `fetch` tells nothing of an upload's progress, so XMLHttpRequest it is.
 * `done` rejects with the API's message, and with an AbortError when cancelled.
 */
export function uploadArchive(
  datasetId: string,
  file: Blob,
  options: Partial<ImportOptions>,
  onProgress: (sent: number) => void,
): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<DatasetImportView>((resolve, reject) => {
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      if (request.status < 300) resolve(datasetImport.parse(JSON.parse(request.responseText)));
      else reject(new Error(messageIn(request)));
    };
    request.onerror = () => reject(new Error('The connection broke during the upload. Nothing was stored; try again.'));
    request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
  });
  request.open('POST', `/api/datasets/${datasetId}/imports`);
  request.send(uploadForm(options, file));
  return { done, cancel: () => request.abort() };
}

function messageIn(request: XMLHttpRequest): string {
  try {
    return problem.parse(JSON.parse(request.responseText)).message;
  } catch {
    return `The upload was refused (HTTP ${request.status}).`;
  }
}
