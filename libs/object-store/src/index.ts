import type { ObjectStore } from '@ratchet/domain';
import { DirectoryObjectStore } from './directory.store';
import { type S3Settings, S3ObjectStore } from './s3.store';

export type ObjectStoreSettings =
  { readonly kind: 'directory'; readonly directory: string } | ({ readonly kind: 's3' } & S3Settings);

/**
 * The object store the settings name (the `objectStore` group of the configuration). Touches neither disk nor network
 * to decide: `check()` says whether the store answers.
 */
export function openObjectStore(settings: ObjectStoreSettings): ObjectStore {
  if (settings.kind === 's3') return new S3ObjectStore(settings);
  const store = new DirectoryObjectStore(settings.directory);
  void store.sweep().catch(() => undefined); // tidying; what it misses the next start finds
  return store;
}
