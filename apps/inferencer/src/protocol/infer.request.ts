import { type ImageShape, InvalidInput } from '@ratchet/domain';

/** One inference request of the Open Inference Protocol, checked. `images` is uint8 `[count, height, width, channels]`. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly count: number;
  readonly images: Uint8Array;
  /** The answer's tensor travels as bytes after the JSON (Triton's binary tensor extension). */
  readonly binaryOutput: boolean;
}

export const ONE_INPUT = "must hold exactly one tensor, 'images'.";
export const ONE_OUTPUT = "may hold one tensor, 'probabilities'.";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws InvalidInput when the bytes are no JSON */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    throw new InvalidInput('body', `is not valid JSON (${(error as Error).message}).`);
  }
}

/**
 * Checks a request's JSON against the model's input and brings its one tensor into bytes.
 * @param tail the bytes after the JSON, when the request has an `Inference-Header-Content-Length`
 * @param mostImages the largest count accepted
 * @throws InvalidInput naming the field, what it holds, and what is accepted
 */
export function readInferRequest(
  json: unknown,
  tail: Uint8Array | null,
  shape: ImageShape,
  mostImages: number,
): InferRequest {
  if (!isObject(json)) throw new InvalidInput('body', 'must be a JSON object.');
  const { id, inputs } = json;
  assertId(id);
  if (!Array.isArray(inputs) || inputs.length !== 1 || !isObject(inputs[0]))
    throw new InvalidInput('inputs', ONE_INPUT);
  const input = inputs[0];
  const { count, bytes } = readTensor(input, shape, mostImages);
  const declared = isObject(input.parameters) ? input.parameters.binary_data_size : undefined;
  const images = declared === undefined ? fromNumbers(input.data, bytes) : fromTail(declared, tail, bytes);
  if (declared === undefined && tail && tail.byteLength > 0)
    throw new InvalidInput(
      'inputs[0].parameters.binary_data_size',
      `is missing, yet ${tail.byteLength} bytes follow the JSON.`,
    );
  return { id, count, images, binaryOutput: wantsBinary(json) };
}

/** @throws InvalidInput */
export function assertId(id: unknown): asserts id is string | undefined {
  if (id !== undefined && (typeof id !== 'string' || id.length > 256))
    throw new InvalidInput('id', 'must be text of at most 256 characters.');
}

/** How many images, and bytes, the description of the one input tensor promises. @throws InvalidInput */
export function readTensor(
  input: { readonly name?: unknown; readonly datatype?: unknown; readonly shape?: unknown },
  shape: ImageShape,
  mostImages: number,
): { readonly count: number; readonly bytes: number } {
  if (input.name !== 'images')
    throw new InvalidInput('inputs[0].name', `is ${show(input.name)}; the model's input is 'images'.`);
  if (input.datatype !== 'UINT8')
    throw new InvalidInput('inputs[0].datatype', `is ${show(input.datatype)}; send UINT8, pixels from 0 to 255.`);
  const count = readCount(input.shape, shape, mostImages);
  return { count, bytes: count * shape.height * shape.width * shape.channels };
}

/** @throws InvalidInput */
export function assertOutputName(name: unknown): void {
  if (name !== 'probabilities')
    throw new InvalidInput('outputs[0].name', `is ${show(name)}; the model's output is 'probabilities'.`);
}

function readCount(given: unknown, { height, width, channels }: ImageShape, mostImages: number): number {
  const wanted = `[N,${height},${width},${channels}]`;
  if (!Array.isArray(given) || given.length !== 4 || !given.every((n) => Number.isSafeInteger(n)))
    throw new InvalidInput('inputs[0].shape', `is ${show(given)}; ${wanted} is expected.`);
  const [count, ...rest] = given as number[];
  if (rest[0] !== height || rest[1] !== width || rest[2] !== channels)
    throw new InvalidInput('inputs[0].shape', `is [${given}]; ${wanted} is expected.`);
  if (count < 1 || count > mostImages)
    throw new InvalidInput('inputs[0].shape', `holds ${count} images; send 1 to ${mostImages} in one request.`);
  return count;
}

function fromTail(declared: unknown, tail: Uint8Array | null, bytes: number): Uint8Array {
  const field = 'inputs[0].parameters.binary_data_size';
  if (declared !== bytes) throw new InvalidInput(field, `is ${show(declared)}; the shape makes ${bytes} bytes.`);
  if (!tail) throw new InvalidInput('Inference-Header-Content-Length', 'is missing from a request with binary data.');
  if (tail.byteLength !== bytes)
    throw new InvalidInput(field, `is ${bytes}, yet ${tail.byteLength} bytes follow the JSON.`);
  return tail;
}

/** Flat or nested lists of whole numbers from 0 to 255, in row-major order. */
function fromNumbers(data: unknown, bytes: number): Uint8Array {
  const pixels = new Uint8Array(bytes);
  let filled = 0;
  const take = (value: unknown, depth: number): void => {
    if (Array.isArray(value) && depth < 4) {
      for (const inner of value) take(inner, depth + 1);
      return;
    }
    if (typeof value !== 'number' || (value & 255) !== value)
      throw new InvalidInput(
        `inputs[0].data[${filled}]`,
        `is ${show(value)}; a whole number from 0 to 255 is expected.`,
      );
    if (filled === bytes)
      throw new InvalidInput('inputs[0].data', `holds more than the ${bytes} numbers of its shape.`);
    pixels[filled++] = value;
  };
  if (!Array.isArray(data)) throw new InvalidInput('inputs[0].data', 'must be a list of numbers.');
  take(data, 0);
  if (filled !== bytes) throw new InvalidInput('inputs[0].data', `holds ${filled} numbers; its shape makes ${bytes}.`);
  return pixels;
}

/** Asked for the whole answer, or for the one output by name. */
function wantsBinary(json: Json): boolean {
  if (isObject(json.parameters) && json.parameters.binary_data_output === true) return true;
  if (json.outputs === undefined) return false;
  if (!Array.isArray(json.outputs) || json.outputs.length > 1 || !json.outputs.every(isObject))
    throw new InvalidInput('outputs', ONE_OUTPUT);
  const [output] = json.outputs as Json[];
  if (!output) return false;
  assertOutputName(output.name);
  return isObject(output.parameters) && output.parameters.binary_data === true;
}

/** A value for a message: short, whatever it was sent to be. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (Array.isArray(value))
    return value.length <= 8 && value.every((n) => typeof n === 'number') ? `[${value}]` : 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
