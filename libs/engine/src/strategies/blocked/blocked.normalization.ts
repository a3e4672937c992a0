import type { KernelRefinement } from '../../tracer/kernel';
import type { Emitter } from '../../tracer/emitter';
import type { Value } from '../../tracer/value';
import { affine, channelDots, channelSums } from './blocked.channel.sums';
import type { BlockedLayout } from './blocked.layout';

/** Pixels per channel. */
const countOf = (x: Value) => x.size / x.shape[3];

/** x − mean, written once for the forward and the backward pass. */
function centred(emit: Emitter, x: Value, mean: string, layout: BlockedLayout): string {
  const channels = x.shape[3];
  const ones = emit.graph.constant('float32', new Float32Array(channels).fill(1));
  return affine(emit, emit.name(x, layout), ones, channels, { offset: emit.graph.node('Neg', [mean]) });
}

function reciprocalDeviation({ graph }: Emitter, variance: string, epsilon: number): string {
  return graph.node('Reciprocal', [graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(epsilon)])])]);
}

/** Batch normalization whose passes over the images are depthwise convolutions. Answers [y, mean, variance]. */
export const batchNormTraining =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x, gamma, beta }, attributes, emit }) => {
    if (!layout.fits(x.shape)) return undefined;
    const { graph } = emit;
    const channels = x.shape[3];
    const perPixel = graph.scalar(1 / countOf(x));
    const mean = graph.node('Mul', [channelSums(emit, emit.name(x, layout), x.shape, layout), perPixel]);
    const centre = centred(emit, x, mean, layout);
    const variance = graph.node('Mul', [channelDots(emit, centre, centre, x.shape), perPixel]);
    const rstd = reciprocalDeviation(emit, variance, attributes.epsilon as number);
    const slope = graph.node('Mul', [emit.name(gamma), rstd]);
    const y = affine(emit, centre, slope, channels, { offset: emit.name(beta) });
    return [emit.value(y, x.shape, 'float32', layout), emit.value(mean, [channels]), emit.value(variance, [channels])];
  };

/** dx = slope·dy + b·(x − mean) + c, as in the portable kernel, in two depthwise passes. */
export const batchNormTrainingGrad =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { dy, x, gamma, mean, variance }, attributes, emit }) => {
    if (!layout.fits(x.shape)) return undefined;
    const { graph } = emit;
    const channels = x.shape[3];
    const mul = (a: string, b: string) => graph.node('Mul', [a, b]);
    const minusPerPixel = graph.scalar(-1 / countOf(x));
    const gradient = emit.name(dy, layout);
    const centre = centred(emit, x, emit.name(mean), layout);
    const rstd = reciprocalDeviation(emit, emit.name(variance), attributes.epsilon as number);
    const slope = mul(emit.name(gamma), rstd);
    const betaGrad = channelSums(emit, gradient, x.shape, layout);
    const gammaGrad = mul(channelDots(emit, gradient, centre, x.shape), rstd);
    const perCentred = mul(mul(mul(slope, rstd), gammaGrad), minusPerPixel);
    const constant = mul(mul(slope, betaGrad), minusPerPixel);
    const rest = affine(emit, centre, perCentred, channels, { offset: constant });
    const dx = affine(emit, gradient, slope, channels, { addend: rest });
    return [
      emit.value(dx, x.shape, 'float32', layout),
      emit.value(gammaGrad, [channels]),
      emit.value(betaGrad, [channels]),
    ];
  };
