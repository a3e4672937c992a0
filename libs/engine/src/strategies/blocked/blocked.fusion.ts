import type { Attributes, GraphNode } from '../../graph/graph.builder';
import type { Emitter } from '../../tracer/emitter';
import type { KernelRefinement } from '../../tracer/kernel';
import { rectified } from '../../tracer/kernels/activation';
import { sameShape, type Value } from '../../tracer/value';
import { type BlockedLayout, nchwc } from './blocked.layout';

/**
 * A blocked convolution adds a bias and a whole tensor and rectifies while its results are still in registers. So an
 * operation that follows one is written as the same convolution with more to do; the plain one is dead code then, unless
 * something else reads it.
 */
function convolutionBehind(emit: Emitter, x: Value, layout: BlockedLayout): GraphNode | undefined {
  if (!emit.holds(x, layout)) return undefined;
  const producer = emit.graph.producer(emit.name(x, layout));
  const plain = producer?.op === 'Conv' && producer.domain !== '' && producer.attributes.activation === undefined;
  return plain ? producer : undefined;
}

const extended = (emit: Emitter, layout: BlockedLayout, x: Value, inputs: readonly string[], attributes: Attributes) =>
  emit.value(emit.graph.node(nchwc('Conv'), inputs, attributes), x.shape, 'float32', layout);

/** Convolution + bias per channel, or + a tensor of its shape. */
export const addInConvolution =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { a, b }, emit }) =>
    withBias(emit, a, b, layout) ??
    withBias(emit, b, a, layout) ??
    withSum(emit, a, b, layout) ??
    withSum(emit, b, a, layout);

function withBias(emit: Emitter, x: Value, bias: Value, layout: BlockedLayout): Value | undefined {
  if (x.rank !== 4 || bias.rank !== 1 || bias.size !== x.shape[3] || bias.constant) return undefined;
  const convolution = convolutionBehind(emit, x, layout);
  if (convolution?.inputs.length !== 2) return undefined;
  return extended(emit, layout, x, [...convolution.inputs, emit.name(bias)], convolution.attributes);
}

function withSum(emit: Emitter, x: Value, addend: Value, layout: BlockedLayout): Value | undefined {
  if (x === addend || !sameShape(x.shape, addend.shape) || !emit.holds(addend, layout)) return undefined;
  const convolution = convolutionBehind(emit, x, layout);
  if (!convolution || convolution.inputs.length > 3) return undefined;
  const [input, weights, bias = ''] = convolution.inputs;
  return extended(emit, layout, x, [input, weights, bias, emit.name(addend, layout)], convolution.attributes);
}

export const reluInConvolution =
  (layout: BlockedLayout): KernelRefinement =>
  ({ inputs: { x }, emit }) => {
    const convolution = convolutionBehind(emit, x, layout);
    if (!convolution) return undefined;
    const y = extended(emit, layout, x, convolution.inputs, { ...convolution.attributes, activation: 'Relu' });
    rectified.set(x, y);
    return y;
  };
