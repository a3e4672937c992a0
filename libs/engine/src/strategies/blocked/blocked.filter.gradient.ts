import type { Emitter } from '../../tracer/emitter';
import type { KernelRefinement } from '../../tracer/kernel';
import { type ConvInfo, convInfo } from '../../tracer/kernels/convolution';
import type { Value } from '../../tracer/value';
import { type BlockedLayout, nchwc } from './blocked.layout';

/**
 * Gradient by the filter as a convolution whose channels are the images of the batch: x is the input, dy the filter,
 * dilated by the stride. The sum over images then is the convolution's own inner sum, done register by register.
 * Measured three times faster than the best formulation in standard operators. A batch that blocks do not fill is
 * filled up with images of zeros, which add nothing.
 */
export const backpropFilter =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x, dy }, attributes, emit }) => {
    const { block } = layout;
    const [height, width, channels, filters] = attributes.filterShape as [number, number, number, number];
    const info = convInfo(x.shape, [height, width, channels, filters], attributes);
    const stride = info.strideHeight;
    const applies =
      filters % block === 0 &&
      info.batchSize >= block / 2 &&
      info.strideWidth === stride &&
      info.dilationHeight === 1 &&
      info.dilationWidth === 1;
    if (!applies) return undefined;
    const { graph } = emit;
    const images = Math.ceil(info.batchSize / block) * block;
    const groups = (images / block) % 2 === 0 ? 2 : 1;
    const lanes = channels % block === 0 ? block : channels;
    const blocks = channels / lanes;
    const taps = [info.outHeight, info.outWidth];
    const seen = imagesAsChannels(emit, x, info, layout, images);
    const gradient = gradientAsFilter(emit, dy, layout, images, groups);
    const sums = graph.node(nchwc('Conv'), [seen, gradient], {
      kernel_shape: taps,
      dilations: [stride, stride * lanes],
      group: groups,
      strides: [1, 1],
      pads: [0, 0, 0, 0],
    });
    const whole = graph.reshape(sums, [blocks, groups, filters * height * width * lanes]);
    const summed = groups === 1 ? whole : graph.node('ReduceSum', [whole, graph.ints(1)], { keepdims: 0 });
    const parts = graph.reshape(summed, [blocks, filters / block, height, width, lanes, block]);
    const hwio = graph.transpose(parts, [2, 3, 0, 4, 1, 5]);
    return emit.value(graph.reshape(hwio, [height, width, channels, filters]), [height, width, channels, filters]);
  };

/** Zero images up to `images`, in any layout whose first axis is the batch. */
function filledUp({ graph }: Emitter, name: string, batch: number, images: number): string {
  if (batch === images) return name;
  return graph.node('Pad', [name, graph.ints(0, 0, 0, 0, images - batch, 0, 0, 0)]);
}

/** x as [blocks of channels, images, H, W·lanes], blocked along images, padded to exactly what the kernels see. */
function imagesAsChannels(emit: Emitter, x: Value, info: ConvInfo, layout: BlockedLayout, images: number): string {
  const { block } = layout;
  const { graph } = emit;
  const { inHeight, inWidth, inChannels, strideHeight: stride } = info;
  const whole = inChannels % block === 0;
  const lanes = whole ? block : inChannels;
  const blocks = inChannels / lanes;
  const given = filledUp(emit, whole ? emit.name(x, layout) : emit.name(x), info.batchSize, images);
  let name = graph.node(nchwc('ReorderInput'), [graph.reshape(given, [1, images, blocks * inHeight, inWidth * lanes])]);
  const height = stride * (info.outHeight - 1) + info.filterHeight;
  const width = stride * (info.outWidth - 1) + info.filterWidth;
  const { top, left } = info.padInfo;
  if (height !== inHeight || width !== inWidth || top || left) {
    const below = height - inHeight - top;
    const beside = (width - inWidth - left) * lanes * block;
    const image = graph.reshape(name, [images / block, blocks, inHeight, inWidth * lanes * block]);
    name = graph.node('Pad', [image, graph.ints(0, 0, top, left * lanes * block, 0, 0, below, beside)]);
  }
  if (blocks > 1 && images > block) {
    const planes = graph.reshape(name, [images / block, blocks, height * width * lanes * block]);
    name = graph.transpose(planes, [1, 0, 2]);
  }
  return graph.reshape(name, [blocks, images, height, width * lanes]);
}

/** dy as the weights of a convolution over images: [groups·O, images/groups, oh, ow], blocked in both. */
function gradientAsFilter(emit: Emitter, dy: Value, layout: BlockedLayout, images: number, groups: number): string {
  const { block } = layout;
  const { graph } = emit;
  const [batch, height, width, filters] = dy.shape;
  const given = filledUp(emit, emit.name(dy, layout), batch, images);
  const parts = [groups, images / block / groups, block, filters / block, height * width, block];
  const turned = graph.transpose(graph.reshape(given, parts), [0, 3, 1, 4, 2, 5]);
  return graph.reshape(turned, [groups * filters, images / groups, height, width]);
}
