import type { Emitter } from '../emitter';
import type { Kernel, KernelTable } from '../kernel';
import { channelsFirst } from '../layout';

type Weights = readonly (readonly [source: number, weight: number])[];

interface ResizeFlags {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Where output pixel `at` of `out` lies among `size` input pixels, by tfjs's conventions. */
const sourceOf = (at: number, size: number, out: number, { alignCorners, halfPixelCenters }: ResizeFlags): number => {
  const scale = alignCorners && out > 1 ? (size - 1) / (out - 1) : size / out;
  return halfPixelCenters ? (at + 0.5) * scale - 0.5 : at * scale;
};

const nearest = (at: number, size: number, out: number, flags: ResizeFlags): Weights => {
  const source = flags.halfPixelCenters ? sourceOf(at, size, out, flags) + 0.5 : sourceOf(at, size, out, flags);
  const chosen = flags.alignCorners ? Math.round(source) : Math.floor(source);
  return [[Math.min(size - 1, Math.max(0, chosen)), 1]];
};

const bilinear = (at: number, size: number, out: number, flags: ResizeFlags): Weights => {
  const source = Math.max(0, sourceOf(at, size, out, flags));
  const low = Math.min(size - 1, Math.floor(source));
  const high = Math.min(size - 1, Math.ceil(source));
  return [
    [low, 1 - (source - low)],
    [high, source - low],
  ];
};

/** [out, size]: each row says of which input pixels an output pixel is the weighted sum. */
function resizeMatrix(rule: typeof nearest, size: number, out: number, flags: ResizeFlags): Float32Array {
  const matrix = new Float32Array(out * size);
  for (let at = 0; at < out; at++)
    for (const [source, weight] of rule(at, size, out, flags)) matrix[at * size + source] += weight;
  return matrix;
}

/**
 * Resizing is linear and separable, so it is two products with constant matrices, rows · image · columnsᵀ, and its
 * gradient the same two transposed: every mode and flag of tfjs on every device, exactly.
 */
function matrices(
  emit: Emitter,
  rule: typeof nearest,
  from: readonly number[],
  to: readonly number[],
  attributes: Readonly<Record<string, unknown>>,
) {
  const flags = attributes as unknown as ResizeFlags;
  const { graph } = emit;
  const matrix = (size: number, out: number) =>
    graph.constant('float32', resizeMatrix(rule, size, out, flags), [out, size]);
  return { rows: matrix(from[1], to[0]), columns: matrix(from[2], to[1]) };
}

const resize =
  (rule: typeof nearest): Kernel =>
  ({ inputs: { images }, attributes, emit }) => {
    const [height, width] = attributes.size as [number, number];
    const { rows, columns } = matrices(emit, rule, images.shape, [height, width], attributes);
    const { graph } = emit;
    const tall = graph.node('MatMul', [rows, emit.name(images, channelsFirst)]);
    const name = graph.node('MatMul', [tall, graph.transpose(columns, [1, 0])]);
    return emit.value(name, [images.shape[0], height, width, images.shape[3]], 'float32', channelsFirst);
  };

const resizeGrad =
  (rule: typeof nearest): Kernel =>
  ({ inputs: { dy, images }, attributes, emit }) => {
    const { rows, columns } = matrices(emit, rule, images.shape, dy.shape.slice(1, 3), attributes);
    const { graph } = emit;
    const narrow = graph.node('MatMul', [emit.name(dy, channelsFirst), columns]);
    const name = graph.node('MatMul', [graph.transpose(rows, [1, 0]), narrow]);
    return emit.value(name, images.shape, 'float32', channelsFirst);
  };

export const resizeKernels: KernelTable = {
  ResizeNearestNeighbor: resize(nearest),
  ResizeNearestNeighborGrad: resizeGrad(nearest),
  ResizeBilinear: resize(bilinear),
  ResizeBilinearGrad: resizeGrad(bilinear),
};
