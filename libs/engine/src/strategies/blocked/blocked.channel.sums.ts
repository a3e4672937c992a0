import type { Emitter } from '../../tracer/emitter';
import type { ChannelMath } from '../channelwise.normalization';
import { type BlockedLayout, nchwc } from './blocked.layout';

/**
 * Sums of blocked [N,C,H,W] `name` per image and channel: [N, C]. Along the pixels first, register by register;
 * several times faster than reducing batch and pixels at once.
 */
export function pixelSums(
  { graph }: Emitter,
  name: string,
  shape: readonly number[],
  { block }: BlockedLayout,
): string {
  const [n, h, w, c] = shape;
  const lanes = graph.reshape(name, [(n * c) / block, h * w, block]);
  const sums = h * w > 1 ? graph.node('ReduceSum', [lanes, graph.ints(1)], { keepdims: 0 }) : lanes;
  return graph.reshape(sums, [n, c]);
}

/** Sums of `name` per channel: [C]. */
export function channelSums(emit: Emitter, name: string, shape: readonly number[], layout: BlockedLayout): string {
  const { graph } = emit;
  return graph.node('ReduceSum', [pixelSums(emit, name, shape, layout), graph.ints(0)], { keepdims: 0 });
}

/** Passes over the images are depthwise convolutions; those with kernels of one element scale, shift and add. */
export function blockedMath(layout: BlockedLayout): ChannelMath {
  const affine: ChannelMath['affine'] = ({ graph }, x, slope, channels, { offset, addend }) => {
    const inputs = [x, graph.reshape(slope, [channels, 1, 1, 1])];
    if (offset !== undefined || addend !== undefined) inputs.push(offset ?? '');
    if (addend !== undefined) inputs.push(addend);
    return graph.node(nchwc('Conv'), inputs, { kernel_shape: [1, 1], group: channels });
  };
  return {
    layout,
    suits: layout.fits,
    sums: (emit, x, shape) => channelSums(emit, x, shape, layout),
    // Every plane of `a` is convolved with the same plane of `b`, which has one result.
    dots({ graph }, a, b, [n, h, w, c]) {
      const planes = graph.node(
        nchwc('Conv'),
        [graph.reshape(a, [1, n * c, h, w]), graph.reshape(b, [n * c, 1, h, w])],
        { kernel_shape: [h, w], group: n * c },
      );
      return graph.node('ReduceSum', [graph.reshape(planes, [n, c]), graph.ints(0)], { keepdims: 0 });
    },
    centred(emit, x, mean, channels) {
      const ones = emit.graph.constant('float32', new Float32Array(channels).fill(1));
      return affine(emit, x, ones, channels, { offset: emit.graph.node('Neg', [mean]) });
    },
    affine,
  };
}
