import { createHash } from 'node:crypto';
import { RatchetError } from '@ratchet/domain';

/** What a checkpoint says of itself, beside the numbers. */
export interface CheckpointHeader {
  /** Steps completed. */
  readonly step: number;
  /** Of everything the numbers only make sense with: network, input, classes, hyperparameters. */
  readonly fingerprint: string;
  readonly versions: Readonly<Record<string, string>>;
}

interface StoredHeader extends CheckpointHeader {
  readonly tensors: readonly { readonly name: string; readonly length: number }[];
  readonly sha256: string;
}

const magic = 'RATCHET1';

/** `RATCHET1`, the header's length (uint32, little-endian), the header as JSON, padding to 4 bytes, the numbers (float32). */
export function writeCheckpoint(header: CheckpointHeader, values: ReadonlyMap<string, Float32Array>): Uint8Array {
  const body = Buffer.concat(
    [...values.values()].map((value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength)),
  );
  const stored: StoredHeader = {
    ...header,
    tensors: [...values].map(([name, value]) => ({ name, length: value.length })),
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  const text = Buffer.from(JSON.stringify(stored));
  const padded = Buffer.concat([text, Buffer.alloc(-text.length & 3, ' ')]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(padded.length);
  return Buffer.concat([Buffer.from(magic), length, padded, body]);
}

/** Throws RatchetError `corrupt_checkpoint` for anything but what `writeCheckpoint` wrote. */
export function readCheckpoint(bytes: Uint8Array): { header: CheckpointHeader; values: Map<string, Float32Array> } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const corrupt = (why: string) => new RatchetError('corrupt_checkpoint', `The checkpoint cannot be used: ${why}.`);
  if (buffer.length < 12 || buffer.toString('latin1', 0, 8) !== magic) throw corrupt('it does not start as one');
  const start = 12 + buffer.readUInt32LE(8);
  if (start > buffer.length) throw corrupt('it is cut short');
  let stored: StoredHeader;
  try {
    stored = JSON.parse(buffer.toString('utf8', 12, start)) as StoredHeader;
  } catch {
    throw corrupt('its header cannot be read');
  }
  const { tensors, sha256, ...header } = stored;
  const body = buffer.subarray(start);
  if (createHash('sha256').update(body).digest('hex') !== sha256)
    throw corrupt('its content does not match its digest');
  const values = new Map<string, Float32Array>();
  let offset = 0;
  for (const { name, length } of tensors) {
    const value = new Float32Array(length);
    Buffer.from(value.buffer).set(body.subarray(offset, offset + length * 4));
    values.set(name, value);
    offset += length * 4;
  }
  return { header, values };
}
