import type { Emitter } from '../tracer/emitter';
import { type KernelRefinement, type KernelTable, refineKernels } from '../tracer/kernel';
import type { Layout } from '../tracer/layout';
import type { Value } from '../tracer/value';

/** What batch normalization is made of, on images held in `layout` under the given names. `shape` is [N,H,W,C]. */
export interface ChannelMath {
  readonly layout: Layout;
  suits(shape: readonly number[]): boolean;
  /** Σ x per channel: [C]. */
  sums(emit: Emitter, x: string, shape: readonly number[]): string;
  /** Σ a·b per channel: [C]. */
  dots(emit: Emitter, a: string, b: string, shape: readonly number[]): string;
  /** x − mean. */
  centred(emit: Emitter, x: string, mean: string, channels: number): string;
  /** x·slope + offset + addend: slope and offset per channel, the addend a whole tensor. */
  affine(
    emit: Emitter,
    x: string,
    slope: string,
    channels: number,
    more: { readonly offset?: string; readonly addend?: string },
  ): string;
}

/** Pixels per channel. */
const countOf = (x: Value) => x.size / x.shape[3];

function reciprocalDeviation({ graph }: Emitter, variance: string, epsilon: number): string {
  return graph.node('Reciprocal', [graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(epsilon)])])]);
}

/** Batch normalization of images. Answers [y, mean, variance]. */
export const batchNormTraining =
  (math: ChannelMath): KernelRefinement =>
  ({ inputs: { x, gamma, beta }, attributes, emit }) => {
    if (x.rank !== 4 || !math.suits(x.shape)) return undefined;
    const { graph } = emit;
    const channels = x.shape[3];
    const perPixel = graph.scalar(1 / countOf(x));
    const input = emit.name(x, math.layout);
    const mean = graph.node('Mul', [math.sums(emit, input, x.shape), perPixel]);
    const centred = math.centred(emit, input, mean, channels);
    const variance = graph.node('Mul', [math.dots(emit, centred, centred, x.shape), perPixel]);
    const slope = graph.node('Mul', [
      emit.name(gamma),
      reciprocalDeviation(emit, variance, attributes.epsilon as number),
    ]);
    const y = math.affine(emit, centred, slope, channels, { offset: emit.name(beta) });
    return [
      emit.value(y, x.shape, 'float32', math.layout),
      emit.value(mean, [channels]),
      emit.value(variance, [channels]),
    ];
  };

/** A gradient that is `slope` · `rest`, the slope per channel. */
interface Sloped {
  readonly rest: Value;
  readonly slope: Value;
}
const sloped = new WeakMap<Value, Sloped>();

/** dx = γ·rstd·(dy − dβ/M − (x − mean)·rstd·dγ/M), as in the portable kernel: one pass for what is in brackets. */
export const batchNormTrainingGrad =
  (math: ChannelMath): KernelRefinement =>
  ({ inputs: { dy, x, gamma, mean, variance }, attributes, emit }) => {
    if (x.rank !== 4 || !math.suits(x.shape)) return undefined;
    const { graph } = emit;
    const channels = x.shape[3];
    const mul = (a: string, b: string) => graph.node('Mul', [a, b]);
    const image = (name: string) => emit.value(name, x.shape, 'float32', math.layout);
    const vector = (name: string) => emit.value(name, [channels]);
    const minusPerPixel = graph.scalar(-1 / countOf(x));
    const gradient = emit.name(dy, math.layout);
    const centred = math.centred(emit, emit.name(x, math.layout), emit.name(mean), channels);
    const rstd = reciprocalDeviation(emit, emit.name(variance), attributes.epsilon as number);
    const slope = mul(emit.name(gamma), rstd);
    const betaGrad = math.sums(emit, gradient, x.shape);
    const gammaGrad = mul(math.dots(emit, gradient, centred, x.shape), rstd);
    const rest = math.affine(emit, centred, mul(mul(rstd, gammaGrad), minusPerPixel), channels, {
      offset: mul(betaGrad, minusPerPixel),
      addend: gradient,
    });
    const dx = image(math.affine(emit, rest, slope, channels, {}));
    sloped.set(dx, { rest: image(rest), slope: vector(slope) });
    return [dx, vector(gammaGrad), vector(betaGrad)];
  };

/**
 * Gradients of a convolution are linear in dy, and channels of dy are its filters. So where batch normalization follows
 * a convolution, the slope goes into the few weights instead of a pass over the images.
 */
export const slopesInFilters = (kernels: KernelTable): KernelTable =>
  refineKernels(kernels, {
    Conv2DBackpropInput: ({ inputs: { dy, filter }, attributes, emit }) => {
      const parts = sloped.get(dy);
      if (!parts) return undefined;
      const inputs = { dy: parts.rest, filter: emit.elementwise('Mul', [filter, parts.slope]) };
      return kernels.Conv2DBackpropInput({ inputs, attributes, emit });
    },
    Conv2DBackpropFilter: ({ inputs: { x, dy }, attributes, emit }) => {
      const parts = sloped.get(dy);
      if (!parts) return undefined;
      const gradient = kernels.Conv2DBackpropFilter({ inputs: { x, dy: parts.rest }, attributes, emit }) as Value;
      return emit.elementwise('Mul', [gradient, parts.slope]);
    },
  });
