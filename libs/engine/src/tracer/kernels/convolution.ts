import { backend_util } from '@tensorflow/tfjs-core';
import type { Emitter } from '../emitter';
import type { Kernel, KernelCall, KernelTable } from '../kernel';
import { channelsFirst } from '../layout';
import type { Value } from '../value';
import { activated } from './activation';

export type ConvInfo = backend_util.Conv2DInfo;

interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Sizes, strides and explicit padding of a convolution from [N,H,W,C] with an HWIO filter. */
export function convInfo(
  input: readonly number[],
  filter: readonly number[],
  attributes: KernelCall['attributes'],
  depthwise = false,
): ConvInfo {
  const { strides, pad, dilations, dimRoundingMode } = attributes as unknown as ConvAttributes;
  return backend_util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
}

/** ONNX's order: top, left, bottom, right. */
export const padsOf = ({ padInfo }: Pick<ConvInfo, 'padInfo'>): number[] => [
  padInfo.top,
  padInfo.left,
  padInfo.bottom,
  padInfo.right,
];

const geometry = (info: ConvInfo) => ({
  strides: [info.strideHeight, info.strideWidth],
  pads: padsOf(info),
  dilations: [info.dilationHeight, info.dilationWidth],
});

const first = (emit: Emitter, x: Value) => emit.name(x, channelsFirst);

function convolve({ inputs: { x, filter, bias }, attributes, emit }: KernelCall): Value {
  const info = convInfo(x.shape, filter.shape, attributes);
  const weights = emit.graph.transpose(emit.name(filter), [3, 2, 0, 1]);
  const inputs = [first(emit, x), weights, ...(bias ? [emit.name(bias)] : [])];
  return emit.value(emit.graph.node('Conv', inputs, geometry(info)), info.outShape, 'float32', channelsFirst);
}

const fused =
  (kernel: (call: KernelCall) => Value): Kernel =>
  (call) =>
    activated(
      call.emit,
      kernel(call),
      call.attributes.activation,
      call.inputs.preluActivationWeights,
      call.attributes.leakyreluAlpha as number | undefined,
    );

/** Kernels turned by half a turn. */
const rotated = (emit: Emitter, filter: Value): string => {
  const { graph } = emit;
  const [height, width] = filter.shape;
  if (height === 1 && width === 1) return emit.name(filter);
  const far = -(2 ** 31);
  return graph.node('Slice', [
    emit.name(filter),
    graph.ints(-1, -1),
    graph.ints(far, far),
    graph.ints(0, 1),
    graph.ints(-1, -1),
  ]);
};

/**
 * Gradient by the input. At stride 1 it is a convolution of dy with the rotated kernels, which runtimes do far better
 * than a transposed one. Also the forward pass of transposed convolution.
 */
const backpropInput: Kernel = ({ inputs: { dy, filter }, attributes, emit }) => {
  const inputShape = attributes.inputShape as number[];
  const info = convInfo(inputShape, filter.shape, attributes);
  const [kernelHeight, kernelWidth] = filter.shape;
  const [, height, width] = inputShape;
  const { top, left, bottom, right } = info.padInfo;
  if (info.strideHeight === 1 && info.strideWidth === 1 && info.dilationHeight === 1 && info.dilationWidth === 1) {
    const weights = emit.graph.transpose(rotated(emit, filter), [2, 3, 0, 1]);
    const pads = [
      kernelHeight - 1 - top,
      kernelWidth - 1 - left,
      height - dy.shape[1] + top,
      width - dy.shape[2] + left,
    ];
    return emit.value(
      emit.graph.node('Conv', [first(emit, dy), weights], { pads }),
      inputShape,
      'float32',
      channelsFirst,
    );
  }
  const weights = emit.graph.transpose(emit.name(filter), [3, 2, 0, 1]);
  const reach = (out: number, stride: number, kernel: number, dilation: number) =>
    (out - 1) * stride + (kernel - 1) * dilation + 1;
  const name = emit.graph.node('ConvTranspose', [first(emit, dy), weights], {
    ...geometry(info),
    output_padding: [
      height - reach(dy.shape[1], info.strideHeight, kernelHeight, info.dilationHeight) + top + bottom,
      width - reach(dy.shape[2], info.strideWidth, kernelWidth, info.dilationWidth) + left + right,
    ],
  });
  return emit.value(name, inputShape, 'float32', channelsFirst);
};

/** Gradient by the filter, in whichever of two ways moves fewer elements. */
const backpropFilter: Kernel = ({ inputs: { x, dy }, attributes, emit }) => {
  const filterShape = attributes.filterShape as [number, number, number, number];
  const info = convInfo(x.shape, filterShape, attributes);
  const [, kernelWidth, channels, filters] = filterShape;
  const dense = info.strideHeight * info.strideWidth * info.dilationHeight * info.dilationWidth === 1;
  const byRows = dense && kernelWidth * channels > 1.2 * (channels + filters);
  return emit.value(
    byRows ? filterGradientByRows(emit, x, dy, info) : filterGradientByPatches(emit, x, dy, info),
    filterShape,
  );
};

/**
 * Per image, dy [O,P] times the patches it saw [P,I·kh·kw], summed over images. Patches are strided slices of the padded
 * input, one per kernel position.
 */
function filterGradientByPatches(emit: Emitter, x: Value, dy: Value, info: ConvInfo): string {
  const { filterHeight, filterWidth, inChannels: channels, outChannels: filters, batchSize: batch } = info;
  const { graph } = emit;
  const pixels = info.outHeight * info.outWidth;
  const patches = patchesOf(emit, x, info).map((patch) => graph.reshape(patch, [batch, channels, pixels]));
  const columns = patches.length === 1 ? patches[0] : graph.node('Concat', patches, { axis: 1 });
  const gradient = graph.reshape(first(emit, dy), [batch, filters, pixels]);
  const perImage = graph.node('MatMul', [gradient, graph.transpose(columns, [0, 2, 1])]);
  const summed = graph.node('ReduceSum', [perImage, graph.ints(0)], { keepdims: 0 });
  const shaped = graph.reshape(summed, [filters, filterHeight, filterWidth, channels]);
  return graph.transpose(shaped, [1, 2, 3, 0]);
}

/**
 * For stride 1: dy is widened to the padded input's rows, once per kernel column and shifted by it. Then what a kernel
 * row saw of the input are whole rows, which copy far faster than patches, and one product gives all columns at once.
 */
function filterGradientByRows(emit: Emitter, x: Value, dy: Value, info: ConvInfo): string {
  const { filterHeight, filterWidth, inChannels: channels, outChannels: filters, batchSize: batch } = info;
  const { graph } = emit;
  const width = info.outWidth + filterWidth - 1;
  const pixels = info.outHeight * width;
  const shifted = Array.from({ length: filterWidth }, (_, column) =>
    graph.node('Pad', [first(emit, dy), graph.ints(0, 0, 0, column, 0, 0, 0, filterWidth - 1 - column)]),
  );
  const gradients = graph.reshape(graph.node('Concat', shifted, { axis: 1 }), [batch, filterWidth * filters, pixels]);
  const [top, left] = padsOf(info);
  const below = info.outHeight + filterHeight - 1 - info.inHeight - top;
  const padded = graph.node('Pad', [
    first(emit, x),
    graph.ints(0, 0, top, left, 0, 0, below, width - info.inWidth - left),
  ]);
  const rows = Array.from({ length: filterHeight }, (_, row) => {
    const slice = [padded, graph.ints(row), graph.ints(row + info.outHeight), graph.ints(2), graph.ints(1)];
    return graph.reshape(graph.node('Slice', slice), [batch, channels, pixels]);
  });
  const perRow = rows.map((seen) => {
    const perImage = graph.node('MatMul', [gradients, graph.transpose(seen, [0, 2, 1])]);
    const summed = graph.node('ReduceSum', [perImage, graph.ints(0)], { keepdims: 0 });
    return graph.reshape(summed, [1, filterWidth, filters, channels]);
  });
  return graph.transpose(perRow.length === 1 ? perRow[0] : graph.node('Concat', perRow, { axis: 0 }), [0, 1, 3, 2]);
}

/** For each kernel position, in row-major order, what that position saw: [N,C,outHeight,outWidth]. */
export function patchesOf(emit: Emitter, x: Value, info: ConvInfo): string[] {
  const { graph } = emit;
  const [top, left, bottom, right] = padsOf(info);
  const padded =
    top + left + bottom + right === 0
      ? first(emit, x)
      : graph.node('Pad', [first(emit, x), graph.ints(0, 0, top, left, 0, 0, bottom, right)]);
  const { strideHeight, strideWidth, outHeight, outWidth } = info;
  const whole =
    strideHeight === 1 &&
    strideWidth === 1 &&
    outHeight === info.inHeight + top + bottom &&
    outWidth === info.inWidth + left + right;
  return Array.from({ length: info.filterHeight * info.filterWidth }, (_, position) => {
    if (whole) return padded;
    const row = Math.floor(position / info.filterWidth) * info.dilationHeight;
    const column = (position % info.filterWidth) * info.dilationWidth;
    return graph.node('Slice', [
      padded,
      graph.ints(row, column),
      graph.ints(row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1),
      graph.ints(2, 3),
      graph.ints(strideHeight, strideWidth),
    ]);
  });
}

export const convolutionKernels: KernelTable = {
  Conv2D: convolve,
  FusedConv2D: fused(convolve),
  Conv2DBackpropInput: backpropInput,
  Conv2DBackpropFilter: backpropFilter,
};

export { fused, geometry };
