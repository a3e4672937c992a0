import type { KernelRefinement } from '../../tracer/kernel';
import type { Emitter } from '../../tracer/emitter';
import { type ConvInfo, convInfo, padsOf } from '../../tracer/kernels/convolution';
import { activated } from '../../tracer/kernels/activation';
import { channelsFirst } from '../../tracer/layout';
import type { Value } from '../../tracer/value';
import { type BlockedLayout, nchwc } from './blocked.layout';

/** A convolution reads blocked channels, or plain [N,C,H,W] where there are fewer channels than a block has. */
const readable = (channels: number, { block }: BlockedLayout) => channels < block || channels % block === 0;

/** HWIO → [O/block, I/block, kh, kw, block of I, block of O]; without input blocks where there are few channels. */
function weights(emit: Emitter, filter: Value, { block }: BlockedLayout): string {
  const { graph } = emit;
  const [height, width, channels, filters] = filter.shape;
  const held = [filters, channels, height, width];
  if (channels < block) {
    const parts = graph.reshape(emit.name(filter), [height, width, channels, filters / block, block]);
    return graph.reshape(graph.transpose(parts, [3, 2, 0, 1, 4]), held);
  }
  const parts = graph.reshape(emit.name(filter), [height, width, channels / block, block, filters / block, block]);
  return graph.reshape(graph.transpose(parts, [4, 2, 0, 1, 3, 5]), held);
}

export const convolve =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x, filter, bias, preluActivationWeights }, attributes, emit }) => {
    const [height, width, channels, filters] = filter.shape;
    if (!readable(channels, layout) || filters % layout.block !== 0) return undefined;
    const info = convInfo(x.shape, filter.shape, attributes);
    const input = emit.name(x, channels < layout.block ? channelsFirst : layout);
    const name = emit.graph.node(
      nchwc('Conv'),
      [input, weights(emit, filter, layout), ...(bias ? [emit.name(bias)] : [])],
      {
        kernel_shape: [height, width],
        strides: [info.strideHeight, info.strideWidth],
        pads: padsOf(info),
        dilations: [info.dilationHeight, info.dilationWidth],
      },
    );
    const y = emit.value(name, info.outShape, 'float32', layout);
    return activated(
      emit,
      y,
      attributes.activation,
      preluActivationWeights,
      attributes.leakyreluAlpha as number | undefined,
    );
  };

/** Gradient by the input; also the forward pass of transposed convolution. */
export const backpropInput =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { dy, filter }, attributes, emit }) => {
    const { block } = layout;
    const [, , channels, filters] = filter.shape;
    if (channels % block !== 0 || filters % block !== 0) return undefined;
    const shape = attributes.inputShape as number[];
    const info = convInfo(shape, filter.shape, attributes);
    const stride = info.strideHeight;
    if (info.strideWidth !== stride || info.dilationHeight !== 1 || info.dilationWidth !== 1) return undefined;
    const gradient = { name: emit.name(dy, layout), height: dy.shape[1], width: dy.shape[2] };
    const name =
      stride === 1 ? turned(emit, gradient, filter, info, block) : phased(emit, gradient, filter, info, block);
    return name === undefined ? undefined : emit.value(name, shape, 'float32', layout);
  };

interface Gradient {
  readonly name: string;
  readonly height: number;
  readonly width: number;
}

/** Stride 1: a convolution of dy with the kernels turned by half a turn and their ends swapped. */
function turned(emit: Emitter, dy: Gradient, filter: Value, info: ConvInfo, block: number): string | undefined {
  const { graph } = emit;
  const [height, width, channels, filters] = filter.shape;
  const { top, left } = info.padInfo;
  const far = -(2 ** 31);
  const flipped =
    height * width === 1
      ? emit.name(filter)
      : graph.node('Slice', [
          emit.name(filter),
          graph.ints(-1, -1),
          graph.ints(far, far),
          graph.ints(0, 1),
          graph.ints(-1, -1),
        ]);
  const parts = graph.reshape(flipped, [height, width, channels / block, block, filters / block, block]);
  const swapped = graph.reshape(graph.transpose(parts, [2, 4, 0, 1, 5, 3]), [channels, filters, height, width]);
  const pads = [height - 1 - top, width - 1 - left, info.inHeight - dy.height + top, info.inWidth - dy.width + left];
  if (pads.some((pad) => pad < 0)) return undefined;
  return graph.node(nchwc('Conv'), [dy.name, swapped], { kernel_shape: [height, width], strides: [1, 1], pads });
}

/**
 * Along one axis, for each of the `stride` places a pixel can have in a stride's period: which kernel element meets
 * which neighbour of the gradient. `taps` counts neighbours, `before` how many of them lie before the pixel; -1 marks
 * neighbours that a place does not meet.
 */
function phases(kernel: number, pad: number, stride: number): { elements: number[][]; before: number; after: number } {
  const places = Array.from({ length: stride }, (_, place) => {
    const meets = new Map<number, number>();
    for (let element = (place + pad) % stride; element < kernel; element += stride)
      meets.set((place + pad - element) / stride, element);
    return meets;
  });
  const offsets = places.flatMap((meets) => [...meets.keys()]);
  const low = Math.min(0, ...offsets);
  const high = Math.max(0, ...offsets);
  const row = (meets: Map<number, number>) =>
    Array.from({ length: high - low + 1 }, (_, at) => meets.get(low + at) ?? -1);
  return { elements: places.map(row), before: -low, after: high };
}

/**
 * Stride s: each of the s·s places of a pixel within a period has kernels of its own, so one convolution gives all
 * places as channels, and a transposition interleaves them. Needs an input that periods fill.
 */
function phased(emit: Emitter, dy: Gradient, filter: Value, info: ConvInfo, block: number): string | undefined {
  const { graph } = emit;
  const [height, width, channels, filters] = filter.shape;
  const stride = info.strideHeight;
  if (info.inHeight % stride !== 0 || info.inWidth % stride !== 0) return undefined;
  const rows = phases(height, info.padInfo.top, stride);
  const columns = phases(width, info.padInfo.left, stride);
  const [tall, wide] = [rows.elements[0].length, columns.elements[0].length];
  const [outHeight, outWidth] = [info.inHeight / stride, info.inWidth / stride];
  const pads = [rows.before, columns.before, outHeight - dy.height + rows.after, outWidth - dy.width + columns.after];
  if (pads.some((pad) => pad < 0)) return undefined;
  // A zero element after the last one, for places that do not meet a neighbour.
  const padded = graph.node('Pad', [emit.name(filter), graph.ints(0, 0, 0, 0, 1, 1, 0, 0)]);
  const pick = (elements: number[][], none: number) =>
    graph.constant(
      'int64',
      elements.flat().map((element) => (element < 0 ? none : element)),
      [stride, elements[0].length],
    );
  const byRow = graph.node('Gather', [padded, pick(rows.elements, height)], { axis: 0 });
  const byPlace = graph.node('Gather', [byRow, pick(columns.elements, width)], { axis: 2 });
  const parts = [stride, tall, stride, wide, channels / block, block, filters / block, block];
  const kernels = graph.transpose(graph.reshape(byPlace, parts), [0, 2, 4, 6, 1, 3, 7, 5]);
  const places = graph.node(
    nchwc('Conv'),
    [dy.name, graph.reshape(kernels, [stride * stride * channels, filters, tall, wide])],
    { kernel_shape: [tall, wide], strides: [1, 1], pads },
  );
  const apart = [info.batchSize, stride, stride, channels / block, outHeight, outWidth, block];
  const together = graph.transpose(graph.reshape(places, apart), [0, 3, 4, 1, 5, 2, 6]);
  return graph.reshape(together, [info.batchSize, channels, info.inHeight, info.inWidth]);
}
