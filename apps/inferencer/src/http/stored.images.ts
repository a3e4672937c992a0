import { buffer } from 'node:stream/consumers';
import { InvalidInput, NotFound, type ObjectStore, TooLarge } from '@ratchet/domain';
import type { BodyShare } from './body.reader';
import type { RequestLimits } from './infer.handler';

const imageKey = /^images\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/;
const AT_ONCE = 8;

/** The images under a JSON list of keys, in its order. Only images may be named: nothing else in the store is reachable. */
export async function fetchStoredImages(
  store: ObjectStore,
  keys: unknown,
  limits: RequestLimits,
  share: BodyShare,
): Promise<Buffer[]> {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > limits.images)
    throw new InvalidInput(
      'body',
      `must be a JSON list of 1 to ${limits.images} keys of stored images. To send an image itself, send its bytes or a form.`,
    );
  for (const [i, key] of keys.entries())
    if (typeof key !== 'string' || !imageKey.test(key))
      throw new InvalidInput(`body[${i}]`, "is no image's key: images/<first two digits>/<SHA-256>.");
  const images = new Array<Buffer>(keys.length);
  let room = limits.bodyBytes;
  let next = 0;
  const fetchSome = async () => {
    while (next < keys.length) {
      const at = next++;
      const info = await store.stat(keys[at]);
      if (!info) throw new NotFound('image', keys[at]);
      room -= info.size;
      if (room < 0) throw new TooLarge('The named images together', limits.bodyBytes);
      share.take(info.size);
      images[at] = await buffer(await store.get(keys[at]));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fetchSome));
  return images;
}
