import { InvalidInput } from '@ratchet/domain';
import { DELIMITED, WireReader } from './wire.reader';
import { WireWriter } from './wire.writer';

/** One input tensor as it was sent; nothing of it is checked against a model yet. */
export interface InputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** An encoded InferTensorContents; null when its bytes are in `rawInputs`. */
  readonly contents: Uint8Array | null;
}

/** A ModelInferRequest. Its tensors are views of the message it was read from. */
export interface ModelInferRequest {
  readonly model: string;
  readonly version: string;
  readonly id: string;
  readonly inputs: readonly InputTensor[];
  /** Names of the outputs asked for. */
  readonly outputs: readonly string[];
  readonly rawInputs: readonly Uint8Array[];
}

/** Inputs, outputs or dimensions; images have one input of four dimensions. */
const MOST_ENTRIES = 16;

/** Takes time in proportion to the number of fields, not of bytes. @throws InvalidInput */
export function decodeInferRequest(message: Uint8Array): ModelInferRequest {
  let [model, version, id] = ['', '', ''];
  const inputs: InputTensor[] = [];
  const outputs: string[] = [];
  const rawInputs: Uint8Array[] = [];
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === 1) model = reader.text();
    else if (reader.field === 2) version = reader.text();
    else if (reader.field === 3) id = reader.text();
    else if (reader.field === 5) add(inputs, decodeInput(reader.delimited()), 'inputs');
    else if (reader.field === 6) add(outputs, decodeOutputName(reader.delimited()), 'outputs');
    else if (reader.field === 7) add(rawInputs, reader.delimited(), 'raw_input_contents');
    else reader.skip();
  }
  return { model, version, id, inputs, outputs, rawInputs };
}

function decodeInput(message: Uint8Array): InputTensor {
  let [name, datatype] = ['', ''];
  let contents: Uint8Array | null = null;
  const shape: number[] = [];
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) datatype = reader.text();
    else if (reader.field === 3 && reader.wire === DELIMITED) {
      const packed = new WireReader(reader.delimited());
      while (!packed.done) add(shape, packed.varint(), 'inputs[0].shape');
    } else if (reader.field === 3) add(shape, reader.int64(), 'inputs[0].shape');
    else if (reader.field === 5) contents = reader.delimited();
    else reader.skip();
  }
  return { name, datatype, shape, contents };
}

function decodeOutputName(message: Uint8Array): string {
  let name = '';
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else reader.skip();
  }
  return name;
}

function add<T>(list: T[], entry: T, field: string): void {
  if (list.length === MOST_ENTRIES) throw new InvalidInput(field, `holds more than ${MOST_ENTRIES} entries.`);
  list.push(entry);
}

/**
 * The numbers of an encoded InferTensorContents' `uint_contents` as bytes. Takes time in proportion to their number.
 * @param expected how many there must be
 * @throws InvalidInput for more, fewer, or one above 255
 */
export function decodeUintContents(contents: Uint8Array, expected: number): Uint8Array {
  const values = new Uint8Array(expected);
  let filled = 0;
  const take = (value: number) => {
    if (filled === expected)
      throw new InvalidInput('inputs[0].contents', `holds more than the ${expected} numbers of its shape.`);
    if (value < 0 || value > 255)
      throw new InvalidInput(
        `inputs[0].contents.uint_contents[${filled}]`,
        `is ${value}; a whole number from 0 to 255 is expected.`,
      );
    values[filled++] = value;
  };
  const reader = new WireReader(contents, expected + 1);
  while (reader.next()) {
    if (reader.field !== 4)
      throw new InvalidInput('inputs[0].contents', 'must be uint_contents, where UINT8 belongs, or raw bytes.');
    if (reader.wire === DELIMITED) {
      const packed = new WireReader(reader.delimited());
      while (!packed.done) take(packed.varint());
    } else take(reader.int64());
  }
  if (filled !== expected)
    throw new InvalidInput('inputs[0].contents', `holds ${filled} numbers; its shape makes ${expected}.`);
  return values;
}

/** A ModelInferResponse with one output of FP32. */
export interface ModelInferResponse {
  readonly model: string;
  readonly version: string;
  readonly id: string;
  readonly digest: string;
  readonly output: { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array };
  /** Whether the values travel in `raw_output_contents` and not in the tensor's `contents`. */
  readonly raw: boolean;
}

/** Little-endian, as every machine is that Node.js runs on. */
export function encodeInferResponse({ model, version, id, digest, output, raw }: ModelInferResponse): Buffer {
  const { name, shape, values } = output;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const parameter = new WireWriter().text(1, 'digest').message(2, new WireWriter().text(3, digest).encode());
  const tensor = new WireWriter().text(1, name).text(2, 'FP32').packedInt64(3, shape);
  if (!raw) tensor.message(5, new WireWriter().message(6, bytes).encode());
  const writer = new WireWriter().text(1, model).text(2, version).text(3, id);
  writer.message(4, parameter.encode()).message(5, tensor.encode());
  if (raw) writer.message(6, bytes);
  return writer.encode();
}
