import { channelsFirst } from '../../tracer/layout';
import type { ChannelMath } from '../channelwise.normalization';

/** Below so many pixels a plane is too little work for the fixed cost of a convolution of its own. */
const fewestPixels = 256;

/**
 * On [N,C,H,W], by depthwise convolutions: one pass over the images where multiplying and adding, or multiplying and
 * summing, would each write a whole tensor and read it again. The runtime adds what follows (`Add`, `Relu`) in the same
 * pass. Sums go along the pixels first, twice as fast as over batch and pixels at once.
 */
export const planes: ChannelMath = {
  layout: channelsFirst,
  suits: ([, height, width]) => height * width >= fewestPixels,
  sums({ graph }, x, [n, h, w, c]) {
    const perPlane = graph.node('ReduceSum', [graph.reshape(x, [n, c, h * w]), graph.ints(2)], { keepdims: 0 });
    return graph.node('ReduceSum', [perPlane, graph.ints(0)], { keepdims: 0 });
  },
  dots({ graph }, a, b, [n, h, w, c]) {
    const perPlane = graph.node('Conv', [graph.reshape(a, [1, n * c, h, w]), graph.reshape(b, [n * c, 1, h, w])], {
      group: n * c,
    });
    return graph.node('ReduceSum', [graph.reshape(perPlane, [n, c]), graph.ints(0)], { keepdims: 0 });
  },
  centred: ({ graph }, x, mean, channels) => graph.node('Sub', [x, graph.reshape(mean, [1, channels, 1, 1])]),
  affine({ graph }, x, slope, channels, { offset, addend }) {
    const inputs = [x, graph.reshape(slope, [channels, 1, 1, 1]), ...(offset ? [offset] : [])];
    const result = graph.node('Conv', inputs, { group: channels });
    return addend ? graph.node('Add', [result, addend]) : result;
  },
};
