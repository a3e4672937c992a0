import type { Emitter } from '../../tracer/emitter';
import type { KernelCall, KernelRefinement } from '../../tracer/kernel';
import { activated } from '../../tracer/kernels/activation';
import { type ConvInfo, convInfo, padsOf } from '../../tracer/kernels/convolution';
import { type BlockedLayout, nchwc } from './blocked.layout';

/** Geometry of a call that blocked depthwise convolutions can serve: one filter per channel, channels in whole blocks. */
function infoOf(
  input: readonly number[],
  filter: readonly number[],
  attributes: KernelCall['attributes'],
  layout: BlockedLayout,
) {
  const [, , channels, multiplier] = filter;
  return multiplier === 1 && channels % layout.block === 0 ? convInfo(input, filter, attributes, true) : undefined;
}

/** [kh,kw,C,1], held logically as `name` → [C/block, 1, kh, kw, block]. */
function weights(
  { graph }: Emitter,
  name: string,
  [height, width, channels]: readonly number[],
  block: number,
): string {
  const parts = graph.reshape(name, [height, width, channels / block, block]);
  return graph.reshape(graph.transpose(parts, [2, 0, 1, 3]), [channels, 1, height, width]);
}

export const depthwise =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x, filter, bias, preluActivationWeights }, attributes, emit }) => {
    const info = infoOf(x.shape, filter.shape, attributes, layout);
    if (!info) return undefined;
    const kernels = weights(emit, emit.name(filter), filter.shape, layout.block);
    const inputs = [emit.name(x, layout), kernels, ...(bias ? [emit.name(bias)] : [])];
    const name = emit.graph.node(nchwc('Conv'), inputs, {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pads: padsOf(info),
      dilations: [info.dilationHeight, info.dilationWidth],
      group: info.inChannels,
    });
    const slope = attributes.leakyreluAlpha as number | undefined;
    const y = emit.value(name, info.outShape, 'float32', layout);
    return activated(emit, y, attributes.activation, preluActivationWeights, slope);
  };

const undilated = (info: ConvInfo) => info.dilationHeight === 1 && info.dilationWidth === 1;

/** At stride 1: a depthwise convolution of dy with the kernels turned by half a turn. */
export const depthwiseBackpropInput =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { dy, filter }, attributes, emit }) => {
    const shape = attributes.inputShape as number[];
    const info = infoOf(shape, filter.shape, attributes, layout);
    if (!info || info.strideHeight * info.strideWidth !== 1 || !undilated(info)) return undefined;
    const { graph } = emit;
    const [height, width] = filter.shape;
    const { top, left } = info.padInfo;
    const pads = [height - 1 - top, width - 1 - left, shape[1] - dy.shape[1] + top, shape[2] - dy.shape[2] + left];
    if (pads.some((pad) => pad < 0)) return undefined;
    const both = (number: number) => graph.ints(number, number);
    const turned = graph.node('Slice', [emit.name(filter), both(-1), both(-(2 ** 31)), graph.ints(0, 1), both(-1)]);
    const name = graph.node(nchwc('Conv'), [emit.name(dy, layout), weights(emit, turned, filter.shape, layout.block)], {
      kernel_shape: [height, width],
      strides: [1, 1],
      pads,
      group: info.inChannels,
    });
    return emit.value(name, shape, 'float32', layout);
  };

/** Every plane of x convolved with its own plane of dy, dilated by the stride, then summed over images. */
export const depthwiseBackpropFilter =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x, dy }, attributes, emit }) => {
    const filterShape = attributes.filterShape as number[];
    const info = infoOf(x.shape, filterShape, attributes, layout);
    if (!info || !undilated(info)) return undefined;
    const { batchSize, inChannels, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = info;
    const [height, width] = filterShape;
    const { top, left } = info.padInfo;
    const below = strideHeight * (outHeight - 1) + height - inHeight - top;
    const beside = strideWidth * (outWidth - 1) + width - inWidth - left;
    if (below < 0 || beside < 0) return undefined;
    const { graph } = emit;
    const planes = batchSize * inChannels;
    const products = graph.node(
      nchwc('Conv'),
      [
        graph.reshape(emit.name(x, layout), [1, planes, inHeight, inWidth]),
        graph.reshape(emit.name(dy, layout), [planes, 1, outHeight, outWidth]),
      ],
      {
        kernel_shape: [outHeight, outWidth],
        strides: [1, 1],
        dilations: [strideHeight, strideWidth],
        pads: [top, left, below, beside],
        group: planes,
      },
    );
    const perImage = graph.reshape(products, [batchSize, inChannels * height * width]);
    const summed = graph.node('ReduceSum', [perImage, graph.ints(0)], { keepdims: 0 });
    const parts = graph.reshape(summed, [inChannels / layout.block, height, width, layout.block]);
    return emit.value(graph.reshape(graph.transpose(parts, [1, 2, 0, 3]), filterShape), filterShape);
  };
