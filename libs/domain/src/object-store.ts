import type { Readable } from 'node:stream';

export interface ObjectInfo {
  readonly key: string;
  readonly size: number;
  readonly modifiedAt: Date;
}

/** Bytes `start`..`end`, both included, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Bytes under keys. Keys are `/`-separated, of letters, digits, `.`, `_` and `-`, 512 characters at most.
 * Guarantees of every adapter:
 * - an object appears whole or not at all; a reader never sees a partial write;
 * - of concurrent writers of one key one wins whole;
 * - `put` resolves only once the bytes are durable.
 * Errors: `NotFound` for a missing key, `InvalidInput` for a malformed key or range, `Unavailable` when the store does not answer.
 */
export interface ObjectStore {
  /** Streams `body` to `key`. `size`, when known, avoids buffering in adapters that must announce it. Aborting `signal` leaves nothing. */
  put(key: string, body: Readable | Uint8Array, options?: { size?: number; signal?: AbortSignal }): Promise<ObjectInfo>;
  /** A stream of the object or of a range of it. Destroying the stream releases the transfer. */
  get(key: string, range?: ByteRange): Promise<Readable>;
  stat(key: string): Promise<ObjectInfo | null>;
  /** Objects under a prefix, in key order, fetched lazily. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Resolves when the store answers; rejects with `Unavailable` otherwise. */
  check(): Promise<void>;
}

/** Where each kind of object lives. Content-addressed ones carry their SHA-256 (lower-case hex). */
export const objectKeys = {
  upload: (uploadId: string) => `uploads/${uploadId}`,
  image: (sha256: string) => `images/${sha256.slice(0, 2)}/${sha256}`,
  /** Manifest of a dataset version: a line of classes, then `{sha256, class, split, group}` lines, sorted by sha256. */
  manifest: (digest: string) => `manifests/${digest}.jsonl`,
  /** Raw uint8 `[count, height, width, channels]` of one split, in manifest order. */
  pack: (digest: string, split: string, shape: { height: number; width: number; channels: number }) =>
    `packs/${digest}/${shape.height}x${shape.width}x${shape.channels}/${split}.u8`,
  checkpoints: (trialId: string) => `checkpoints/${trialId}/`,
  /** `attempt` of the trial that wrote it: no two processes share a key. */
  checkpoint: (trialId: string, step: number, attempt: number) =>
    `checkpoints/${trialId}/${String(step).padStart(10, '0')}-${attempt}.ckpt`,
  trialLog: (trialId: string, attempt: number) => `logs/${trialId}/${attempt}.jsonl`,
  model: (sha256: string) => `models/${sha256}/model.onnx`,
  modelManifest: (sha256: string) => `models/${sha256}/manifest.json`,
} as const;
