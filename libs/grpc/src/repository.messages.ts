import { WireReader } from './wire.reader';
import { WireWriter } from './wire.writer';

/** One model of a repository as the extension describes it. */
export interface ModelIndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'LOADING' | 'UNLOADING' | 'UNAVAILABLE';
  /** Why it is not READY; empty when it is. */
  readonly reason: string;
}

/** @returns whether only models that are ready are asked for. @throws InvalidInput */
export function decodeIndexRequest(message: Uint8Array): { readonly ready: boolean } {
  let ready = false;
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === 2) ready = reader.bool();
    else reader.skip();
  }
  return { ready };
}

export function encodeIndexResponse(models: readonly ModelIndexEntry[]): Buffer {
  const writer = new WireWriter();
  for (const { name, version, state, reason } of models)
    writer.message(1, new WireWriter().text(1, name).text(2, version).text(3, state).text(4, reason).encode());
  return writer.encode();
}

/** Of a RepositoryModelLoadRequest or RepositoryModelUnloadRequest. @throws InvalidInput */
export function decodeRepositoryOrder(message: Uint8Array): { readonly model: string; readonly parameters: number } {
  let model = '';
  let parameters = 0;
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === 2) model = reader.text();
    else {
      if (reader.field === 3) parameters++;
      reader.skip();
    }
  }
  return { model, parameters };
}
