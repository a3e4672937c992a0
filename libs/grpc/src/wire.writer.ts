import { DELIMITED, VARINT } from './wire.reader';

/** Writes one protocol buffers message, field by field. What has its default value is left out, as proto3 has it. */
export class WireWriter {
  private readonly parts: Buffer[] = [];

  int64(field: number, value: number | boolean): this {
    if (Number(value) !== 0) this.parts.push(tag(field, VARINT), varint(Number(value)));
    return this;
  }

  text(field: number, value: string): this {
    return value === '' ? this : this.message(field, Buffer.from(value));
  }

  texts(field: number, values: readonly string[]): this {
    for (const value of values) this.message(field, Buffer.from(value));
    return this;
  }

  /** Another message, or bytes: one entry, even if it is empty. The bytes are not copied until `encode`. */
  message(field: number, encoded: Uint8Array): this {
    const view = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
    this.parts.push(tag(field, DELIMITED), varint(view.byteLength), view);
    return this;
  }

  packedInt64(field: number, values: readonly number[]): this {
    return this.message(field, Buffer.concat(values.map(varint)));
  }

  encode(): Buffer {
    return Buffer.concat(this.parts);
  }
}

const tag = (field: number, wire: number) => varint(field * 8 + wire);

/** Negative numbers take ten bytes, as int64 has it. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  if (value < 0) {
    let wide = BigInt.asUintN(64, BigInt(value));
    for (; wide > 127n; wide >>= 7n) bytes.push(Number(wide & 127n) | 128);
    bytes.push(Number(wide));
  } else {
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    bytes.push(value);
  }
  return Buffer.from(bytes);
}
