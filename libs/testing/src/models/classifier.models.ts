import { createHash } from 'node:crypto';
import type { Goldens, ImageShape, ModelManifest } from '@ratchet/domain';
import { OnnxGraph } from './onnx.graph';

/** A small ONNX classifier together with what it must answer, computed here and not by the runtime under test. */
export interface TestModel {
  readonly onnx: Uint8Array;
  readonly input: ImageShape;
  readonly classes: readonly string[];
  /** Reference: uint8 `[count, height, width, channels]` → probabilities `[count][classes]`. */
  answer(images: Uint8Array, count: number): number[][];
}

/** Deterministic values in [-1, 1). */
export function seededValues(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 1) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 31 - 1;
  });
}

const softmax = (logits: readonly number[]) => {
  const top = Math.max(...logits);
  const powers = logits.map((x) => Math.exp(x - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
};
const pixelsOf = (shape: ImageShape) => shape.height * shape.width * shape.channels;
export const classNames = (count: number) => Array.from({ length: count }, (_, i) => `class-${i}`);

/** softmax(W·pixels + b). */
function linear(input: ImageShape, classes: readonly string[], weights: Float32Array, bias: Float32Array): TestModel {
  const pixels = pixelsOf(input);
  const graph = new OnnxGraph();
  graph.node('Cast', ['images'], 'floats', { to: 1 });
  graph.node('Flatten', ['floats'], 'flat', { axis: 1 });
  graph.node('MatMul', ['flat', graph.floats('weights', [pixels, classes.length], weights)], 'products');
  graph.node('Add', ['products', graph.floats('bias', [classes.length], bias)], 'logits');
  graph.node('Softmax', ['logits'], 'probabilities', { axis: -1 });
  const answerOne = (image: Uint8Array) =>
    softmax(classes.map((_, c) => image.reduce((sum, p, i) => sum + p * weights[i * classes.length + c], bias[c])));
  return {
    onnx: graph.encode(input, classes),
    input,
    classes,
    answer: (images, count) =>
      Array.from({ length: count }, (_, i) => answerOne(images.subarray(i * pixels, (i + 1) * pixels))),
  };
}

/** Answers class `answer` whatever it sees: a client can tell which of two such models answered. */
export function constantModel(options: { input: ImageShape; classes: readonly string[]; answer: number }): TestModel {
  const { input, classes, answer } = options;
  const bias = Float32Array.from(classes, (_, i) => (i === answer ? 5 : 0));
  return linear(input, classes, new Float32Array(pixelsOf(input) * classes.length), bias);
}

/** Answers depend on every pixel. */
export function linearModel(options: { input: ImageShape; classes: readonly string[]; seed: number }): TestModel {
  const { input, classes, seed } = options;
  const weights = seededValues(pixelsOf(input) * classes.length, seed).map((x) => x / pixelsOf(input));
  return linear(input, classes, weights, seededValues(classes.length, seed + 1));
}

/**
 * A 3×3 convolution network: `floats` of arithmetic grow with `width` and `depth`. For timing only: it gives no reference.
 * Depth 6 and width 32 at 224×224×3 is about 0.5 GFLOP an image.
 */
export function convolutionModel(options: {
  input: ImageShape;
  classes: readonly string[];
  width: number;
  depth: number;
}): Omit<TestModel, 'answer'> {
  const { input, classes, width, depth } = options;
  const graph = new OnnxGraph();
  graph.node('Cast', ['images'], 'floats', { to: 1 });
  graph.node('Mul', ['floats', graph.floats('scale', [1], Float32Array.of(1 / 255))], 'scaled');
  let last = graph.node('Transpose', ['scaled'], 'planes', { perm: [0, 3, 1, 2] });
  let channels: number = input.channels;
  for (let layer = 0; layer < depth; layer++) {
    const fan = 9 * channels;
    const kernel = seededValues(width * fan, layer + 1).map((x) => x * Math.sqrt(3 / fan));
    const weights = graph.floats(`kernel${layer}`, [width, channels, 3, 3], kernel);
    const strides = layer < 2 ? [2, 2] : [1, 1];
    last = graph.node('Conv', [last, weights], `conv${layer}`, { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides });
    last = graph.node('Relu', [last], `relu${layer}`);
    channels = width;
  }
  graph.node('GlobalAveragePool', [last], 'pooled');
  graph.node('Flatten', ['pooled'], 'features', { axis: 1 });
  const head = graph.floats('head', [channels, classes.length], seededValues(channels * classes.length, 99));
  graph.node('MatMul', ['features', head], 'logits');
  graph.node('Softmax', ['logits'], 'probabilities', { axis: -1 });
  return { onnx: graph.encode(input, classes), input, classes };
}

/**
 * A two-layer perceptron padded to about `bytes`, every weight of which is used. It answers class 0 with certainty;
 * another `filling` makes another file that answers the same.
 */
export function heavyModel(options: {
  input: ImageShape;
  classes: readonly string[];
  bytes: number;
  filling?: number;
}): TestModel {
  const { input, classes, bytes, filling = 0 } = options;
  const hidden = Math.ceil(bytes / 4 / (pixelsOf(input) + classes.length));
  const graph = new OnnxGraph();
  graph.node('Cast', ['images'], 'floats', { to: 1 });
  graph.node('Flatten', ['floats'], 'flat', { axis: 1 });
  const first = graph.floats(
    'first',
    [pixelsOf(input), hidden],
    new Float32Array(pixelsOf(input) * hidden).fill(filling),
  );
  const second = graph.floats('second', [hidden, classes.length], new Float32Array(hidden * classes.length));
  graph.node('MatMul', ['flat', first], 'wide');
  graph.node('MatMul', ['wide', second], 'products');
  const bias = Float32Array.from(classes, (_, i) => (i === 0 ? 30 : 0));
  graph.node('Add', ['products', graph.floats('bias', [classes.length], bias)], 'logits');
  graph.node('Softmax', ['logits'], 'probabilities', { axis: -1 });
  const probabilities = softmax([...bias]);
  const answer = (_images: Uint8Array, count: number) => Array.from({ length: count }, () => probabilities);
  return { onnx: graph.encode(input, classes), input, classes, answer };
}

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export function goldensOf(model: TestModel, count = 2): Goldens {
  const pixels = pixelsOf(model.input);
  const images = Uint8Array.from({ length: count * pixels }, (_, i) => (i * 37 + 11) % 256);
  return { count, images: Buffer.from(images).toString('base64'), probabilities: model.answer(images, count) };
}

/** The manifest that lies beside the model; `overrides` bend it for tests of refusal. */
export function manifestOf(model: TestModel, overrides: Partial<ModelManifest> = {}): ModelManifest {
  return {
    sha256: sha256Of(model.onnx),
    bytes: model.onnx.byteLength,
    input: model.input,
    classes: model.classes,
    parameters: 0,
    flops: 0,
    opset: 17,
    goldens: goldensOf(model),
    maxAbsDifference: 0,
    versions: {},
    ...overrides,
  };
}
