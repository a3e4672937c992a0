import { util } from '@tensorflow/tfjs-core';
import type { KernelRefinement } from '../../tracer/kernel';
import { channelSums, pixelSums } from './blocked.channel.sums';
import type { BlockedLayout } from './blocked.layout';

/** Sums and means over batch and pixels, or over pixels alone, without leaving the layout. */
export const reduceImages =
  (kind: 'sum' | 'mean', layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x }, attributes, emit }) => {
    if (!emit.holds(x, layout)) return undefined;
    const axes = util.parseAxisParam((attributes.axis ?? attributes.reductionIndices) as number | number[], [
      ...x.shape,
    ]);
    const [n, h, w, c] = x.shape;
    const perChannel = axes.join() === '0,1,2';
    if (!perChannel && axes.join() !== '1,2') return undefined;
    const name = emit.name(x, layout);
    const sums = perChannel ? channelSums(emit, name, x.shape, layout) : pixelSums(emit, name, x.shape, layout);
    const count = perChannel ? n * h * w : h * w;
    const result = kind === 'sum' ? sums : emit.graph.node('Mul', [sums, emit.graph.scalar(1 / count)]);
    const first = perChannel ? 1 : n;
    if (attributes.keepDims) return emit.value(emit.graph.reshape(result, [first, 1, 1, c]), [first, 1, 1, c]);
    return emit.value(result, perChannel ? [c] : [n, c]);
  };
