import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type DesiredDeployment, objectKeys, NotFound, type ObjectStore, Unavailable } from '@ratchet/domain';
import { ArtifactRefused } from './artifact.refused';

/** Goldens of large images are the bulk of it. */
const MANIFEST_BYTES = 64 * 2 ** 20;

/** A model on this machine's disk. */
export interface CachedArtifact {
  readonly modelPath: string;
  readonly manifestPath: string;
}

/**
 * Models by digest on disk, so that an inferencer comes back into service without the object store. A directory under
 * `models/` is complete: downloads happen elsewhere and are renamed into place.
 */
export class ArtifactCache {
  private readonly models: string;
  private readonly partial: string;

  constructor(readonly directory: string) {
    this.models = path.join(directory, 'models');
    this.partial = path.join(directory, 'partial');
  }

  /** Makes the directories and removes what a killed process left half-loaded. */
  async open(): Promise<void> {
    await rm(this.partial, { recursive: true, force: true });
    await mkdir(this.models, { recursive: true });
    await mkdir(this.partial, { recursive: true });
  }

  /**
   * The model's files, downloaded from `store` unless they are here. The SHA-256 is checked while bytes stream in.
   * @throws ArtifactRefused when the bytes are not the announced ones; Unavailable, NotFound from the store
   */
  async fetch({ digest, bytes }: DesiredDeployment, store: ObjectStore, signal: AbortSignal): Promise<CachedArtifact> {
    const home = path.join(this.models, digest);
    if (await this.holds(home, bytes)) {
      const now = new Date();
      await utimes(home, now, now);
      return artifactIn(home);
    }
    const directory = path.join(this.partial, randomUUID());
    try {
      await mkdir(directory);
      await assertStored(store, digest, bytes);
      await this.assertRoom(bytes);
      const parts = artifactIn(directory);
      const found = await download(store, objectKeys.model(digest), parts.modelPath, bytes, signal);
      if (found.bytes !== bytes)
        throw new ArtifactRefused(`The model has ${found.bytes} bytes where ${bytes} were announced.`);
      if (found.sha256 !== digest)
        throw new ArtifactRefused(`The model's SHA-256 is ${found.sha256}, not ${digest}: its bytes were damaged.`);
      await download(store, objectKeys.modelManifest(digest), parts.manifestPath, MANIFEST_BYTES, signal);
      await rm(home, { recursive: true, force: true });
      await rename(directory, home);
      return artifactIn(home);
    } catch (error) {
      throw inWords(error, this.models);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** Forgets a model. */
  async discard(digest: string): Promise<void> {
    await rm(path.join(this.models, digest), { recursive: true, force: true });
  }

  /** Removes the models unused for longest until the rest fits `mostBytes`. Those in `keep` stay whatever they weigh. */
  async evict(mostBytes: number, keep: ReadonlySet<string>): Promise<void> {
    const entries = await Promise.all(
      (await readdir(this.models)).map(async (digest) => {
        const home = path.join(this.models, digest);
        const sizes = await Promise.all((await readdir(home)).map(async (f) => (await stat(path.join(home, f))).size));
        return { digest, bytes: sizes.reduce((a, b) => a + b, 0), usedAt: (await stat(home)).mtimeMs };
      }),
    );
    let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of entries.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= mostBytes) break;
      if (keep.has(entry.digest)) continue;
      await this.discard(entry.digest);
      total -= entry.bytes;
    }
  }

  /** A transfer that cannot end is not begun. */
  private async assertRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.partial);
    if (bavail * bsize < bytes) throw noSpace(this.models);
  }

  private async holds(home: string, bytes: number): Promise<boolean> {
    const { modelPath, manifestPath } = artifactIn(home);
    const sizeOf = (file: string) =>
      stat(file).then(
        (s) => s.size,
        () => -1,
      );
    return (await sizeOf(modelPath)) === bytes && (await sizeOf(manifestPath)) > 0;
  }
}

/** Seen before the transfer: of a model that is not the announced one nothing is fetched, however often it is tried. */
async function assertStored(store: ObjectStore, digest: string, bytes: number): Promise<void> {
  const key = objectKeys.model(digest);
  const stored = await store.stat(key);
  if (!stored) throw new NotFound('object', key);
  if (stored.size !== bytes)
    throw new ArtifactRefused(
      `The object store holds ${stored.size} bytes under ${key}; ${bytes} bytes were announced. Put the model's file back from a copy, or roll the task back to another model.`,
    );
}

async function download(store: ObjectStore, key: string, file: string, mostBytes: number, signal: AbortSignal) {
  const hash = createHash('sha256');
  let bytes = 0;
  const source = await store.get(key);
  await pipeline(
    source,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.byteLength;
        if (bytes > mostBytes) throw new ArtifactRefused(`${key} is larger than the ${mostBytes} bytes expected.`);
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(file, { flush: true }),
    { signal },
  );
  return { bytes, sha256: hash.digest('hex') };
}

const artifactIn = (directory: string): CachedArtifact => ({
  modelPath: path.join(directory, 'model.onnx'),
  manifestPath: path.join(directory, 'manifest.json'),
});

/** ENOSPC and EDQUOT: the disk or this user's share of it is full; EFBIG: this process may not write larger files. */
const full = ['ENOSPC', 'EDQUOT', 'EFBIG'];

const inWords = (error: unknown, directory: string): unknown =>
  full.includes((error as NodeJS.ErrnoException).code ?? '') ? noSpace(directory, error) : error;

const noSpace = (directory: string, cause?: unknown) =>
  new Unavailable(`Space under ${directory}`, 'Free some or lower RATCHET_CACHE_BYTES.', { cause });
