import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../graph/graph.builder';
import { encodeModel } from '../../graph/model.encoder';
import { processor } from '../processor/processor';
import type { Strategy } from '../strategy';
import { blocked } from './blocked';
import { type BlockSize, nchwc } from './blocked.layout';

export interface CpuStrategy {
  readonly strategy: Strategy;
  /** Why this one, in half a sentence. */
  readonly reason: string;
}

let found: Promise<CpuStrategy> | undefined;

/**
 * The fastest strategy that computes rightly on this processor in this runtime. Tried once per process, in some 20 ms:
 * the blocked operators are the runtime's own business and may change with any version of it.
 */
export function cpuStrategy(): Promise<CpuStrategy> {
  return (found ??= probe());
}

async function probe(): Promise<CpuStrategy> {
  try {
    const block = await blockSize();
    if (block === undefined) return fallback('blocks channels in a size that is not known here');
    const wrong = await wrongBy(block);
    if (wrong > 1e-4) return fallback(`computes blocked convolutions wrongly by ${wrong.toPrecision(2)}`);
    return { strategy: blocked(block), reason: `ONNX Runtime computes in blocks of ${block} channels here` };
  } catch (error) {
    const [firstLine] = (error as Error).message.split('\n');
    return fallback(`has no blocked operators here (${firstLine})`);
  }
}

const fallback = (why: string): CpuStrategy => ({
  strategy: processor,
  reason: `standard operators, because ONNX Runtime ${why}`,
});

async function run(graph: GraphBuilder, output: string, shape: readonly number[], x: Tensor): Promise<Float32Array> {
  const outputs = [{ name: output, type: 'float32' as const, shape }];
  const { nodes, constants, inputs } = graph;
  const model = encodeModel({ name: 'probe', nodes, constants, inputs, outputs });
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  try {
    return (await session.run({ x }))[output].data as Float32Array;
  } finally {
    await session.release();
  }
}

/** Reads the block size off the place to which blocking moves an element: the second pixel's first channel. */
async function blockSize(): Promise<BlockSize | undefined> {
  const graph = new GraphBuilder();
  const channels = 32;
  const output = graph.node(nchwc('ReorderInput'), [graph.input('x', 'float32', [1, 1, 2, channels])], {
    channels_last: 1,
  });
  const numbered = new Tensor(
    'float32',
    Float32Array.from({ length: 2 * channels }, (_, at) => at),
    [1, 1, 2, channels],
  );
  const size = (await run(graph, output, [1, channels, 1, 2], numbered)).indexOf(channels);
  return size === 8 || size === 16 ? size : undefined;
}

/**
 * Largest error of a small padded convolution with weights, bias and sum that are inputs to it rather than constants,
 * held against the same in standard operators, relative to the largest result.
 */
async function wrongBy(block: BlockSize): Promise<number> {
  const graph = new GraphBuilder();
  const channels = 2 * block;
  const shape = [1, 5, 6, channels];
  const x = graph.input('x', 'float32', shape);
  const noise = (length: number) => Float32Array.from({ length }, (_, at) => Math.sin(at * at + 1));
  const hwio = graph.constant('float32', noise(9 * channels * channels), [3, 3, channels, channels]);
  const bias = graph.constant('float32', noise(channels));
  const held = [channels, channels, 3, 3];
  const parts = graph.reshape(hwio, [3, 3, 2, block, 2, block]);
  const weights = graph.reshape(graph.transpose(parts, [4, 2, 0, 1, 3, 5]), held);
  const input = graph.node(nchwc('ReorderInput'), [x], { channels_last: 1 });
  const geometry = { kernel_shape: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] };
  const fast = graph.node(nchwc('Conv'), [input, weights, bias, input], geometry);
  const left = graph.node(nchwc('ReorderOutput'), [fast], { channels, channels_last: 1 });
  const first = graph.transpose(x, [0, 3, 1, 2]);
  const standard = graph.node('Conv', [first, graph.transpose(hwio, [3, 2, 0, 1]), bias], { pads: [1, 1, 1, 1] });
  const right = graph.transpose(graph.node('Add', [standard, first]), [0, 2, 3, 1]);
  const both = graph.node('Concat', [left, right], { axis: 0 });
  const size = 30 * channels;
  const results = await run(graph, both, [2, 5, 6, channels], new Tensor('float32', noise(size), shape));
  const scale = results.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let error = 0;
  for (let at = 0; at < size; at++) error = Math.max(error, Math.abs(results[at] - results[at + size]));
  return error / scale;
}
