import { InvalidInput } from '@ratchet/domain';

/** Wire types of protocol buffers. */
export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
export const FIXED32 = 5;

/** A message of the protocol has a handful of fields; whoever sends more wants to keep a reader busy. */
const MOST_FIELDS = 1_000;

/**
 * Reads the fields of one protocol buffers message in the order they lie in, without copying: bytes handed out are views.
 * Format: https://protobuf.dev/programming-guides/encoding. Every method throws InvalidInput where the message is broken.
 */
export class WireReader {
  /** Number of the field read last by `next`. */
  field = 0;
  wire = VARINT;
  private at = 0;
  private fields = 0;

  /** @param mostFields fields beyond this are refused */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly mostFields = MOST_FIELDS,
  ) {}

  /** Moves to the next field, whose value must then be read or skipped; false at the end. */
  next(): boolean {
    if (this.at === this.bytes.byteLength) return false;
    if (++this.fields > this.mostFields) throw new InvalidInput('message', `has more than ${this.mostFields} fields.`);
    const tag = this.varint();
    this.wire = tag % 8;
    this.field = Math.floor(tag / 8);
    if (this.field === 0 || tag > 0xffffffff) throw broken(`a field has the number ${this.field}`);
    return true;
  }

  get done(): boolean {
    return this.at === this.bytes.byteLength;
  }

  /** A whole number; exact within ±2⁵³. Negative ones are int64 as the protocol writes them. */
  int64(): number {
    this.expect(VARINT);
    return this.varint();
  }

  bool(): boolean {
    return this.int64() !== 0;
  }

  text(): string {
    const view = this.delimited();
    return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('utf8');
  }

  /** A view of the value of a field of bytes, text or another message. */
  delimited(): Uint8Array {
    this.expect(DELIMITED);
    return this.take(this.varint());
  }

  skip(): void {
    if (this.wire === VARINT) this.varint();
    else if (this.wire === FIXED64) this.take(8);
    else if (this.wire === DELIMITED) this.take(this.varint());
    else if (this.wire === FIXED32) this.take(4);
    else throw broken(`field ${this.field} has the wire type ${this.wire}`);
  }

  /** The next number of a packed list, whose reader this is. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let length = 1; length <= 7; length++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    let wide = BigInt(value);
    for (let shift = 49n; shift <= 63n; shift += 7n) {
      const byte = this.byte();
      wide |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, wide));
    }
    throw broken('a number has more than ten bytes');
  }

  private byte(): number {
    if (this.at >= this.bytes.byteLength) throw broken('it ends within a field');
    return this.bytes[this.at++];
  }

  private take(length: number): Uint8Array {
    if (length < 0 || length > this.bytes.byteLength - this.at) throw broken('it ends within a field');
    const view = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return view;
  }

  private expect(wire: number): void {
    if (this.wire !== wire) throw broken(`field ${this.field} has the wire type ${this.wire}; ${wire} is expected`);
  }
}

const broken = (why: string) => new InvalidInput('message', `is not what the method takes: ${why}.`);
