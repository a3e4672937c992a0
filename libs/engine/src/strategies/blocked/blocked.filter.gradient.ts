import type { Emitter } from '../../tracer/emitter';
import type { KernelRefinement } from '../../tracer/kernel';
import { type ConvInfo, convInfo } from '../../tracer/kernels/convolution';
import type { Value } from '../../tracer/value';
import { type BlockedLayout, nchwc } from './blocked.layout';

/**
 * Gradient by the filter as one convolution whose channels are the images of the batch: x is its input, dy its filter,
 * dilated by the stride, and the sum over images and pixels is the convolution's own inner sum. A row of x, pixels times
 * channels, is its width, so shifting by one pixel is a dilation by the number of channels.
 *
 * The images go in groups smaller than a block: then the runtime reads them as plain planes, and neither x nor dy has
 * to be rearranged. Measured 1.4 times faster than in whole blocks of images, and some four times faster than the best
 * formulation in standard operators.
 */
export const backpropFilter =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x, dy }, attributes, emit }) => {
    const { block } = layout;
    const filterShape = attributes.filterShape as [number, number, number, number];
    const [height, width, channels, filters] = filterShape;
    const info = convInfo(x.shape, filterShape, attributes);
    const stride = info.strideHeight;
    const straight = info.strideWidth === stride && info.dilationHeight === 1 && info.dilationWidth === 1;
    if (!straight || filters % block !== 0) return undefined;
    const { graph } = emit;
    const images = filledUp(info.batchSize, block);
    const perGroup = [4, 2].find((size) => images % size === 0) ?? 1;
    const groups = images / perGroup;
    const lanes = channels % block === 0 ? block : channels;
    const blocks = channels / lanes;
    const sums = graph.node(
      nchwc('Conv'),
      [imagesAsChannels(emit, x, info, layout), gradientAsFilter(emit, dy, layout, groups, perGroup)],
      {
        kernel_shape: [info.outHeight, info.outWidth],
        dilations: [stride, stride * lanes],
        group: groups,
        strides: [1, 1],
        pads: [0, 0, 0, 0],
      },
    );
    const perGroupSums = graph.reshape(sums, [blocks, groups, filters * height * width * lanes]);
    const summed =
      groups === 1 ? perGroupSums : graph.node('ReduceSum', [perGroupSums, graph.ints(1)], { keepdims: 0 });
    const parts = graph.reshape(summed, [blocks, filters / block, height, width, lanes, block]);
    const hwio = graph.transpose(parts, [2, 3, 0, 4, 1, 5]);
    return emit.value(graph.reshape(hwio, filterShape), filterShape);
  };

/** The runtime takes fewer channels than a block or whole blocks of them; what is missing are images of zeros. */
const filledUp = (batch: number, block: number) => (batch < block ? batch : Math.ceil(batch / block) * block);

/** x as [blocks of channels, images, H, W·lanes], padded to exactly what the kernels see. */
function imagesAsChannels(emit: Emitter, x: Value, info: ConvInfo, layout: BlockedLayout): string {
  const { graph } = emit;
  const { batchSize, inHeight, inWidth, inChannels, strideHeight: stride } = info;
  const whole = inChannels % layout.block === 0;
  const lanes = whole ? layout.block : inChannels;
  const blocks = inChannels / lanes;
  const plane = [inHeight, inWidth * lanes];
  const images = filledUp(batchSize, layout.block);
  let name = whole ? emit.name(x, layout) : emit.name(x);
  if (blocks > 1) name = graph.transpose(graph.reshape(name, [batchSize, blocks, plane[0] * plane[1]]), [1, 0, 2]);
  name = graph.reshape(name, [blocks, batchSize, ...plane]);
  const height = stride * (info.outHeight - 1) + info.filterHeight;
  const width = stride * (info.outWidth - 1) + info.filterWidth;
  const { top, left } = info.padInfo;
  if (height === inHeight && width === inWidth && top === 0 && left === 0 && images === batchSize) return name;
  const below = height - inHeight - top;
  const beside = (width - inWidth - left) * lanes;
  return graph.node('Pad', [name, graph.ints(0, 0, top, left * lanes, 0, images - batchSize, below, beside)]);
}

/** dy as the weights of a convolution over images: [groups·O, images per group, oh, ow], blocked along O. */
function gradientAsFilter(emit: Emitter, dy: Value, layout: BlockedLayout, groups: number, perGroup: number): string {
  const { graph } = emit;
  const [batch, height, width, filters] = dy.shape;
  const planes = [groups, perGroup, filters / layout.block, height * width * layout.block];
  const missing = groups * perGroup - batch;
  const given = emit.name(dy, layout);
  const filled = missing === 0 ? given : graph.node('Pad', [given, graph.ints(0, 0, 0, 0, missing, 0, 0, 0)]);
  const name = graph.reshape(filled, planes);
  const grouped = filters === layout.block ? name : graph.transpose(name, [0, 2, 1, 3]);
  return graph.reshape(grouped, [groups * filters, perGroup, height, width]);
}
