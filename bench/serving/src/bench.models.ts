import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openServingModel } from '@ratchet/engine';
import { classNames, convolutionModel, type TestModel } from '@ratchet/testing';

export interface BenchModel {
  readonly id: string;
  readonly title: string;
  /** The ONNX file that every server loads. */
  readonly file: string;
  readonly model: TestModel;
  /** One image. */
  readonly image: Buffer;
}

const specs = [
  { id: '28', side: 28, channels: 1, width: 16, depth: 3 },
  { id: '64', side: 64, channels: 3, width: 16, depth: 4 },
  { id: '224', side: 224, channels: 3, width: 32, depth: 8 },
] as const;
export const modelIds: readonly string[] = specs.map((spec) => spec.id);

/** The models of the comparison; what they answer is taken from the runtime that trains and gates. */
export async function benchModels(directory: string, ids: readonly string[]): Promise<BenchModel[]> {
  await mkdir(directory, { recursive: true });
  return Promise.all(specs.filter((spec) => ids.includes(spec.id)).map((spec) => build(directory, spec)));
}

/** Of the convolutions: strides are 2 in the first two layers. */
function megaflops({ side, channels, width, depth }: (typeof specs)[number]): number {
  let [size, inputs, sum]: number[] = [side, channels, 0];
  for (let layer = 0; layer < depth; layer++) {
    if (layer < 2) size = Math.ceil(size / 2);
    sum += 2 * size * size * width * 9 * inputs;
    inputs = width;
  }
  return sum / 1e6;
}

async function build(directory: string, spec: (typeof specs)[number]): Promise<BenchModel> {
  const { id, side, channels, width, depth } = spec;
  const title = `${side}×${side}×${channels}, ${megaflops(spec).toPrecision(2)} MFLOP`;
  const input = { height: side, width: side, channels };
  const { onnx, classes } = convolutionModel({ input, classes: classNames(10), width, depth });
  const file = path.join(directory, `model-${id}.onnx`);
  await writeFile(file, onnx);
  const pixels = side * side * channels;
  const goldens = Uint8Array.from({ length: 2 * pixels }, (_, i) => (i * 37 + 11) % 256);
  const serving = await openServingModel(onnx, { threads: 1 });
  const answered = await serving.run(goldens, 2);
  await serving.dispose();
  const rows = [0, 1].map((row) => [...answered.subarray(row * 10, row * 10 + 10)]);
  const model = { onnx, input, classes, answer: (_images: Uint8Array, count: number) => rows.slice(0, count) };
  return { id, title, file, model, image: Buffer.from(goldens.subarray(0, pixels)) };
}
