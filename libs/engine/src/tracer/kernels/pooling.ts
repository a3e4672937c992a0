import { backend_util } from '@tensorflow/tfjs-core';
import type { Emitter } from '../emitter';
import type { Kernel, KernelCall, KernelTable } from '../kernel';
import { channelsFirst } from '../layout';
import { type ConvInfo, padsOf } from './convolution';

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof backend_util.computePool2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export function poolInfo(input: readonly number[], attributes: KernelCall['attributes']): ConvInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as PoolAttributes;
  return backend_util.computePool2DInfo(
    input as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

const geometry = (info: ConvInfo) => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  pads: padsOf(info),
});

const pooled =
  (op: string): Kernel =>
  ({ inputs: { x }, attributes, emit }) => {
    const info = poolInfo(x.shape, attributes);
    const name = emit.graph.node(op, [emit.name(x, channelsFirst)], geometry(info));
    return emit.value(name, info.outShape, 'float32', channelsFirst);
  };

/** Windows that tile the input side by side: each input pixel belongs to one window at most. */
export const tiles = (info: ConvInfo): boolean =>
  info.filterHeight === info.strideHeight &&
  info.filterWidth === info.strideWidth &&
  padsOf(info).every((pad) => pad === 0);

/** Repeats every pixel of NCHW `name` over its window. */
function spread({ graph }: Emitter, name: string, info: ConvInfo): string {
  const scales = graph.constant('float32', [1, 1, info.strideHeight, info.strideWidth]);
  return graph.node('Resize', [name, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}

/** Edge pixels that no window covers. */
const margins = (info: ConvInfo) => [
  info.inHeight - info.outHeight * info.strideHeight,
  info.inWidth - info.outWidth * info.strideWidth,
];

/** Cuts the uncovered edge off / puts it back as zeros. */
function covered({ graph }: Emitter, name: string, info: ConvInfo): string {
  const [below, beside] = margins(info);
  if (below === 0 && beside === 0) return name;
  return graph.node('Slice', [
    name,
    graph.ints(0, 0),
    graph.ints(info.outHeight * info.strideHeight, info.outWidth * info.strideWidth),
    graph.ints(2, 3),
  ]);
}
function uncovered({ graph }: Emitter, name: string, info: ConvInfo): string {
  const [below, beside] = margins(info);
  return below === 0 && beside === 0 ? name : graph.node('Pad', [name, graph.ints(0, 0, 0, 0, 0, 0, below, beside)]);
}

/**
 * Sends what each output pixel got, one kernel position after the other, back to the pixels of the input:
 * [N,C·k,oh,ow] → [N,C,H,W]. Channels beyond the kernel's positions are left out.
 */
function scatter({ graph }: Emitter, perPosition: string, info: ConvInfo, k: number): string {
  const positions = info.filterHeight * info.filterWidth;
  const rows = info.inChannels * k;
  const oneHot = new Float32Array(rows * positions);
  for (let row = 0; row < rows; row++) if (row % k < positions) oneHot[row * positions + (row % k)] = 1;
  const weights = graph.constant('float32', oneHot, [rows, 1, info.filterHeight, info.filterWidth]);
  const [top, left, bottom, right] = padsOf(info);
  return graph.node('ConvTranspose', [perPosition, weights], {
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
    group: info.inChannels,
    output_padding: [
      info.inHeight - ((info.outHeight - 1) * info.strideHeight + info.filterHeight) + top + bottom,
      info.inWidth - ((info.outWidth - 1) * info.strideWidth + info.filterWidth) + left + right,
    ],
  });
}

/** 1 where a window's element equals the window's maximum. */
const hits = ({ graph }: Emitter, elements: string, maxima: string) =>
  graph.node('Cast', [graph.node('Equal', [elements, maxima])], { to: 1 });

/**
 * Gradient of max pooling. Where several elements of a window tie for the maximum they share the gradient equally.
 * Overlapping windows are put back together by a grouped convolution of as many channels per group as the window has
 * positions, or of as many as `channelsFor` makes of that number, the further ones empty.
 */
export const maxPoolGradWith =
  (channelsFor: (positions: number) => number): Kernel =>
  ({ inputs: { dy, input, output }, attributes, emit }) => {
    const info = poolInfo(input.shape, attributes);
    const { graph } = emit;
    const [gradient, x, maxima] = [dy, input, output].map((value) => emit.name(value, channelsFirst));
    const done = (name: string) => emit.value(name, input.shape, 'float32', channelsFirst);
    if (tiles(info)) {
      const mask = hits(emit, covered(emit, x, info), spread(emit, maxima, info));
      const window = {
        kernel_shape: [info.filterHeight, info.filterWidth],
        strides: [info.strideHeight, info.strideWidth],
      };
      const share = graph.node('AveragePool', [mask], window);
      const each = graph.node('Div', [
        gradient,
        graph.node('Mul', [share, graph.scalar(info.filterHeight * info.filterWidth)]),
      ]);
      return done(uncovered(emit, graph.node('Mul', [mask, spread(emit, each, info)]), info));
    }
    const masks = windowElements(emit, x, info).map((elements) => hits(emit, elements, maxima));
    const ties = masks.reduce((sum, mask) => graph.node('Add', [sum, mask]));
    const each = graph.node('Div', [gradient, ties]);
    const shape = [info.batchSize, info.inChannels, 1, info.outHeight, info.outWidth];
    const shares = masks.map((mask) => graph.reshape(graph.node('Mul', [mask, each]), shape));
    const k = channelsFor(masks.length);
    const concatenated = graph.node('Concat', shares, { axis: 2 });
    const widened =
      k === masks.length
        ? concatenated
        : graph.node('Pad', [concatenated, graph.ints(0, 0, 0, 0, 0, 0, 0, k - masks.length, 0, 0)]);
    const stacked = graph.reshape(widened, [info.batchSize, info.inChannels * k, info.outHeight, info.outWidth]);
    return done(scatter(emit, stacked, info, k));
  };

/** For each kernel position, the elements there; padding is lower than any element. */
function windowElements({ graph }: Emitter, x: string, info: ConvInfo): string[] {
  const [top, left, bottom, right] = padsOf(info);
  const padded = graph.node('Pad', [x, graph.ints(0, 0, top, left, 0, 0, bottom, right), graph.scalar(-3.4e38)]);
  return Array.from({ length: info.filterHeight * info.filterWidth }, (_, position) => {
    const row = Math.floor(position / info.filterWidth);
    const column = position % info.filterWidth;
    return graph.node('Slice', [
      padded,
      graph.ints(row, column),
      graph.ints(
        row + (info.outHeight - 1) * info.strideHeight + 1,
        column + (info.outWidth - 1) * info.strideWidth + 1,
      ),
      graph.ints(2, 3),
      graph.ints(info.strideHeight, info.strideWidth),
    ]);
  });
}

/** How many real pixels each window saw; padding does not count. */
function windowSizes(info: ConvInfo): Float32Array {
  const along = (out: number, stride: number, before: number, kernel: number, size: number) =>
    Array.from(
      { length: out },
      (_, at) => Math.min(at * stride - before + kernel, size) - Math.max(at * stride - before, 0),
    );
  const rows = along(info.outHeight, info.strideHeight, info.padInfo.top, info.filterHeight, info.inHeight);
  const columns = along(info.outWidth, info.strideWidth, info.padInfo.left, info.filterWidth, info.inWidth);
  return Float32Array.from(rows.flatMap((row) => columns.map((column) => row * column)));
}

const avgPoolGrad: Kernel = ({ inputs: { dy, input }, attributes, emit }) => {
  const info = poolInfo(input.shape, attributes);
  const { graph } = emit;
  const sizes = graph.constant('float32', windowSizes(info), [1, 1, info.outHeight, info.outWidth]);
  const each = graph.node('Div', [emit.name(dy, channelsFirst), sizes]);
  const done = (name: string) => emit.value(name, input.shape, 'float32', channelsFirst);
  if (tiles(info)) return done(uncovered(emit, spread(emit, each, info), info));
  const ones = new Float32Array(info.inChannels * info.filterHeight * info.filterWidth).fill(1);
  const weights = graph.constant('float32', ones, [info.inChannels, 1, info.filterHeight, info.filterWidth]);
  const [top, left, bottom, right] = padsOf(info);
  return done(
    graph.node('ConvTranspose', [each, weights], {
      strides: [info.strideHeight, info.strideWidth],
      pads: [top, left, bottom, right],
      group: info.inChannels,
      output_padding: [
        info.inHeight - ((info.outHeight - 1) * info.strideHeight + info.filterHeight) + top + bottom,
        info.inWidth - ((info.outWidth - 1) * info.strideWidth + info.filterWidth) + left + right,
      ],
    }),
  );
};

export const poolingKernels: KernelTable = {
  MaxPool: pooled('MaxPool'),
  MaxPoolGrad: maxPoolGradWith((positions) => positions),
  AvgPool: pooled('AveragePool'),
  AvgPoolGrad: avgPoolGrad,
};
