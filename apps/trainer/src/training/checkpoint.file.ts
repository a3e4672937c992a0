import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { CheckpointRecord } from '@ratchet/database';
import { objectKeys, RatchetError, type BestEpoch, type ObjectStore } from '@ratchet/domain';

/** What the loop around the engine must remember to go on as if nothing had happened. */
export interface LoopState {
  readonly best: (BestEpoch & { readonly step: number }) | null;
}

export interface TrialCheckpoint extends LoopState {
  /** The engine's: weights, optimizer, random streams, position. */
  readonly engine: Uint8Array;
}

const LENGTH_BYTES = 4;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** One file: the length of a JSON header as uint32 (little-endian), the header, the engine's bytes. */
export function encodeCheckpoint({ best, engine }: TrialCheckpoint): Buffer {
  const header = Buffer.from(JSON.stringify({ best } satisfies LoopState));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, engine]);
}

export function decodeCheckpoint(file: Buffer): TrialCheckpoint {
  const end = LENGTH_BYTES + (file.length >= LENGTH_BYTES ? file.readUInt32LE() : Infinity);
  if (end > file.length) throw new RatchetError('corrupt_object', `A checkpoint of ${file.length} bytes is cut off.`);
  const { best } = JSON.parse(file.toString('utf8', LENGTH_BYTES, end)) as LoopState;
  return { best, engine: file.subarray(end) };
}

/**
 * Puts a checkpoint into the store, under a key of this attempt: a trainer that lost its lease never overwrites what
 * its successor wrote.
 */
export async function writeCheckpoint(
  store: ObjectStore,
  run: { readonly trialId: string; readonly attempt: number },
  step: number,
  checkpoint: TrialCheckpoint,
): Promise<CheckpointRecord> {
  const file = encodeCheckpoint(checkpoint);
  const objectKey = objectKeys.checkpoint(run.trialId, step, run.attempt);
  await store.put(objectKey, file, { size: file.length });
  return { step, objectKey, sha256: sha256(file), bytes: file.length };
}

/** @throws NotFound, RatchetError `corrupt_object` when the bytes are not those that were recorded */
export async function readCheckpoint(store: ObjectStore, record: CheckpointRecord): Promise<TrialCheckpoint> {
  const file = await buffer(await store.get(record.objectKey));
  if (sha256(file) !== record.sha256)
    throw new RatchetError('corrupt_object', `Checkpoint ${record.objectKey} does not hold what was written.`);
  return decodeCheckpoint(file);
}
