import type { Emitter } from '../emitter';
import type { Kernel, KernelTable } from '../kernel';
import { logical } from '../layout';
import type { Value } from '../value';

/** 1 where x > 0, else 0, as a steep ramp: three times faster on a CPU than comparing and casting. */
export const positiveMask = (emit: Emitter, x: Value): Value =>
  emit.elementwise('HardSigmoid', [x], 'float32', { alpha: { float: 1e38 }, beta: { float: 0 } });

/** What relu made of a value. */
export const rectified = new WeakMap<Value, Value>();

const relu: Kernel = ({ inputs: { x }, emit }) => {
  const y = emit.elementwise('Relu', [x]);
  rectified.set(x, y);
  return y;
};

/** The mask of relu's gradient is taken from relu's result: the value before it then need not be kept. */
const step: Kernel = ({ inputs: { x }, attributes, emit }) => {
  const negativeSlope = (attributes.alpha as number | undefined) ?? 0;
  if (negativeSlope === 0) return positiveMask(emit, rectified.get(x) ?? x);
  const positive = emit.elementwise('Greater', [x, emit.filled(0, [])], 'bool');
  return emit.elementwise('Where', [positive, emit.filled(1, []), emit.filled(negativeSlope, [])], 'float32');
};

/** Clip takes its limits as true scalars, not as operands to be broadcast. */
export function clamp(emit: Emitter, x: Value, low: number, high: number): Value {
  const layout = emit.layoutFor(x.shape, x);
  const limits = [low, high].map((limit) => emit.graph.constant(x.type, [limit], []));
  return emit.value(emit.graph.node('Clip', [emit.name(x, layout), ...limits]), x.shape, x.type, layout);
}

/** Gradient of elu by its output: dy where y ≥ 0, dy·(y + 1) elsewhere. */
const eluGrad: Kernel = ({ inputs: { dy, y }, emit }) => {
  const negative = emit.elementwise('Min', [y, emit.filled(0, [])]);
  return emit.elementwise('Mul', [dy, emit.elementwise('Add', [negative, emit.filled(1, [])])]);
};

const prelu = (emit: Emitter, x: Value, alpha: Value): Value => {
  const positive = emit.elementwise('Relu', [x]);
  const negative = emit.elementwise('Min', [x, emit.filled(0, [])]);
  return emit.elementwise('Add', [positive, emit.elementwise('Mul', [negative, alpha])]);
};

/** Constants of Klambauer et al. 2017, as tfjs has them. */
const selu = { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } };

/** Softmax works along the last logical axis, so it leaves image layouts. */
const alongLastAxis =
  (op: string, input: string, attribute: string): Kernel =>
  ({ inputs, attributes, emit }) => {
    const x = inputs[input];
    const axis = (attributes[attribute] as number | undefined) ?? -1;
    return emit.value(emit.graph.node(op, [emit.name(x, logical)], { axis }), x.shape);
  };

export const activationKernels: KernelTable = {
  Step: step,
  Relu: relu,
  Relu6: ({ inputs: { x }, emit }) => clamp(emit, x, 0, 6),
  LeakyRelu: ({ inputs: { x }, attributes, emit }) =>
    emit.elementwise('LeakyRelu', [x], 'float32', { alpha: { float: attributes.alpha as number } }),
  Prelu: ({ inputs: { x, alpha }, emit }) => prelu(emit, x, alpha),
  Elu: ({ inputs: { x }, emit }) => emit.elementwise('Elu', [x], 'float32', { alpha: { float: 1 } }),
  EluGrad: eluGrad,
  Selu: ({ inputs: { x }, emit }) => emit.elementwise('Selu', [x], 'float32', selu),
  Sigmoid: ({ inputs: { x }, emit }) => emit.elementwise('Sigmoid', [x]),
  Tanh: ({ inputs: { x }, emit }) => emit.elementwise('Tanh', [x]),
  Softplus: ({ inputs: { x }, emit }) => emit.elementwise('Softplus', [x]),
  Softmax: alongLastAxis('Softmax', 'logits', 'dim'),
  LogSoftmax: alongLastAxis('LogSoftmax', 'logits', 'axis'),
};

/** The activation that tfjs's fused kernels carry as an attribute. */
export function activated(emit: Emitter, x: Value, activation: unknown, preluWeights?: Value, slope?: number): Value {
  switch (activation ?? 'linear') {
    case 'linear':
      return x;
    case 'relu6':
      return clamp(emit, x, 0, 6);
    case 'elu':
      return emit.elementwise('Elu', [x], 'float32', { alpha: { float: 1 } });
    case 'leakyrelu':
      return emit.elementwise('LeakyRelu', [x], 'float32', { alpha: { float: slope ?? 0.2 } });
    case 'prelu':
      return prelu(emit, x, preluWeights!);
    case 'relu':
      return emit.elementwise('Relu', [x]);
    case 'sigmoid':
      return emit.elementwise('Sigmoid', [x]);
    default:
      throw new Error(`Unknown fused activation '${String(activation)}'`);
  }
}
