import type { Emitter } from '../../tracer/emitter';
import type { KernelRefinement } from '../../tracer/kernel';
import { type ConvInfo, padsOf } from '../../tracer/kernels/convolution';
import { poolInfo, tiles } from '../../tracer/kernels/pooling';
import { positiveMask } from '../../tracer/kernels/activation';
import type { Value } from '../../tracer/value';
import { type BlockedLayout, nchwc } from './blocked.layout';

const geometry = (info: ConvInfo) => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  pads: padsOf(info),
});

export const pool =
  (op: 'MaxPool' | 'AveragePool', layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x }, attributes, emit }) => {
    if (!layout.fits(x.shape)) return undefined;
    const info = poolInfo(x.shape, attributes);
    const name = emit.graph.node(nchwc(op), [emit.name(x, layout)], geometry(info));
    return emit.value(name, info.outShape, 'float32', layout);
  };

/** Windows that tile the input and leave no edge. */
const tilesWhole = (info: ConvInfo) =>
  tiles(info) &&
  info.outHeight * info.strideHeight === info.inHeight &&
  info.outWidth * info.strideWidth === info.inWidth;

/** Repeats every pixel over its window. */
const spread = ({ graph }: Emitter, name: string, info: ConvInfo) =>
  graph.node(nchwc('Upsample'), [name], { scales: [1, 1, info.strideHeight, info.strideWidth], mode: 'nearest' });

/** Elements that tie for a window's maximum share its gradient equally, as in the portable kernel. */
function maxPoolGrad(emit: Emitter, dy: Value, x: Value, maxima: Value, info: ConvInfo, layout: BlockedLayout): Value {
  const { graph } = emit;
  const below = graph.node('Sub', [emit.name(x, layout), spread(emit, emit.name(maxima, layout), info)]);
  const hits = graph.node('HardSigmoid', [below], { alpha: { float: 1e38 }, beta: { float: 1 } });
  const share = graph.node(nchwc('AveragePool'), [hits], geometry(info));
  const ties = graph.node('Mul', [share, graph.scalar(info.filterHeight * info.filterWidth)]);
  const each = graph.node('Div', [emit.name(dy, layout), ties]);
  return emit.value(graph.node('Mul', [hits, spread(emit, each, info)]), x.shape, 'float32', layout);
}

export const backpropMaxPool =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { dy, input, output }, attributes, emit }) => {
    const info = poolInfo(input.shape, attributes);
    return layout.fits(input.shape) && tilesWhole(info)
      ? maxPoolGrad(emit, dy, input, output, info, layout)
      : undefined;
  };

export const backpropAveragePool =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { dy, input }, attributes, emit }) => {
    const info = poolInfo(input.shape, attributes);
    if (!layout.fits(input.shape) || !tilesWhole(info)) return undefined;
    const part = emit.graph.scalar(1 / (info.filterHeight * info.filterWidth));
    const each = emit.graph.node('Mul', [emit.name(dy, layout), part]);
    return emit.value(spread(emit, each, info), input.shape, 'float32', layout);
  };

/**
 * The gradient of relu behind max pooling is the pool's gradient times relu's mask. The pool's gradient goes to maxima
 * only, and there the mask of the input is the mask of the output: it can be laid over the few pooled pixels instead.
 */
export const maskBeforePoolGrad =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { a, b }, emit }) => {
    const [pooled, mask] = a.origin?.kernel === 'MaxPoolGrad' ? [a, b] : [b, a];
    if (pooled.origin?.kernel !== 'MaxPoolGrad' || mask.origin?.kernel !== 'Step') return undefined;
    const { dy, input: x, output: maxima } = pooled.origin.inputs;
    const rectifies = x.origin?.kernel === 'Relu' && x.origin.inputs.x === mask.origin.inputs.x;
    if (!rectifies || mask.origin.attributes.alpha) return undefined;
    const info = poolInfo(x.shape, pooled.origin.attributes);
    if (!layout.fits(x.shape) || !tilesWhole(info)) return undefined;
    const passed = emit.elementwise('Mul', [dy, positiveMask(emit, maxima)]);
    return maxPoolGrad(emit, passed, x, maxima, info, layout);
  };
