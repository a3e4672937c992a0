import type { Emitter } from '../../tracer/emitter';
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

/** Σ a·b per channel: [C]. Every plane of `a` is convolved with the same plane of `b`, which has one result. */
export function channelDots({ graph }: Emitter, a: string, b: string, [n, h, w, c]: readonly number[]): string {
  const planes = graph.node(nchwc('Conv'), [graph.reshape(a, [1, n * c, h, w]), graph.reshape(b, [n * c, 1, h, w])], {
    kernel_shape: [h, w],
    group: n * c,
  });
  return graph.node('ReduceSum', [graph.reshape(planes, [n, c]), graph.ints(0)], { keepdims: 0 });
}

/** x·slope + offset + addend, slope and offset per channel: a depthwise convolution with kernels of one element. */
export function affine(
  { graph }: Emitter,
  x: string,
  slope: string,
  channels: number,
  { offset, addend }: { offset?: string; addend?: string },
): string {
  const inputs = [x, graph.reshape(slope, [channels, 1, 1, 1])];
  if (offset !== undefined || addend !== undefined) inputs.push(offset ?? '');
  if (addend !== undefined) inputs.push(addend);
  return graph.node(nchwc('Conv'), inputs, { kernel_shape: [1, 1], group: channels });
}
