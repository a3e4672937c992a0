import type { Attributes } from '../../graph/graph.builder';
import { onnxCode } from '../../graph/element-type';
import { clamp } from './activation';
import type { Kernel, KernelTable } from '../kernel';
import type { Value, ValueType } from '../value';

const unary =
  (op: string, attributes?: Attributes): Kernel =>
  ({ inputs, emit }) =>
    emit.elementwise(op, [inputs.x], inputs.x.type, attributes);

const binary =
  (op: string): Kernel =>
  ({ inputs: { a, b }, emit }) =>
    emit.elementwise(op, [a, b]);

const comparison =
  (op: string): Kernel =>
  ({ inputs: { a, b }, emit }) =>
    emit.elementwise(op, [a, b], 'bool');

const negated =
  (op: string): Kernel =>
  ({ inputs: { a, b }, emit }) =>
    emit.elementwise('Not', [emit.elementwise(op, [a, b], 'bool')]);

const cast: Kernel = ({ inputs: { x }, attributes, emit }) => {
  const type = attributes.dtype as ValueType;
  return type === x.type ? x : emit.elementwise('Cast', [x], type, { to: onnxCode(type) });
};

const clip: Kernel = ({ inputs: { x }, attributes, emit }) =>
  clamp(emit, x, attributes.clipValueMin as number, attributes.clipValueMax as number);

const addAll: Kernel = ({ inputs, emit }) =>
  Object.values(inputs).reduce((sum: Value, next) => emit.elementwise('Add', [sum, next]));

const squaredDifference: Kernel = ({ inputs: { a, b }, emit }) => {
  const difference = emit.elementwise('Sub', [a, b]);
  return emit.elementwise('Mul', [difference, difference]);
};

/** Arithmetic, comparisons and logic, element by element. */
export const elementwiseKernels: KernelTable = {
  Add: binary('Add'),
  AddN: addAll,
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: squaredDifference,
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Equal: comparison('Equal'),
  NotEqual: negated('Equal'),
  LogicalAnd: binary('And'),
  LogicalOr: binary('Or'),
  LogicalNot: unary('Not'),
  Select: ({ inputs: { condition, t, e }, emit }) => emit.elementwise('Where', [condition, t, e], t.type),
  Abs: unary('Abs'),
  Neg: unary('Neg'),
  Sign: unary('Sign'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Reciprocal: unary('Reciprocal'),
  Floor: unary('Floor'),
  Ceil: unary('Ceil'),
  Round: unary('Round'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Erf: unary('Erf'),
  IsNan: ({ inputs: { x }, emit }) => emit.elementwise('IsNaN', [x], 'bool'),
  Square: ({ inputs: { x }, emit }) => emit.elementwise('Mul', [x, x]),
  Rsqrt: ({ inputs: { x }, emit }) => emit.elementwise('Reciprocal', [emit.elementwise('Sqrt', [x])]),
  Log1p: ({ inputs: { x }, emit }) => emit.elementwise('Log', [emit.elementwise('Add', [x, emit.filled(1, [])])]),
  Expm1: ({ inputs: { x }, emit }) => emit.elementwise('Sub', [emit.elementwise('Exp', [x]), emit.filled(1, [])]),
  Cast: cast,
  ClipByValue: clip,
};
