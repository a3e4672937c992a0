import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { objectKeys, parseManifest, RatchetError, type Manifest, type ObjectStore } from '@ratchet/domain';

/**
 * The manifest of a dataset version, checked against its digest.
 * @throws NotFound when the store has none; RatchetError `corrupt_object` when its bytes are not what the digest says
 */
export async function readManifest(store: ObjectStore, digest: string): Promise<Manifest> {
  return parseManifest((await readAddressed(store, objectKeys.manifest(digest), digest)).toString('utf8'));
}

/** The file of an image as it came in, checked against its SHA-256. Throws as `readManifest`. */
export const readImage = (store: ObjectStore, sha256: string): Promise<Uint8Array> =>
  readAddressed(store, objectKeys.image(sha256), sha256);

async function readAddressed(store: ObjectStore, key: string, sha256: string): Promise<Buffer> {
  const bytes = await buffer(await store.get(key));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256)
    throw new RatchetError('corrupt_object', `The object ${key} does not hold what it is named after. Restore it.`, {
      key,
      found,
    });
  return bytes;
}
