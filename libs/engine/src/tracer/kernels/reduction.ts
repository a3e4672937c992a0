import { backend_util, util } from '@tensorflow/tfjs-core';
import type { Emitter } from '../emitter';
import type { Kernel, KernelTable } from '../kernel';
import { logical } from '../layout';
import { type Value, type ValueType } from '../value';

/** Reduces logical `axes` of `x`, in a layout that already holds it if axes can be followed there. */
export function reduce(
  emit: Emitter,
  op: string,
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
  type: ValueType = x.type,
): Value {
  if (axes.length === 0) return x;
  const layout = emit.strategy.layouts.find((candidate) => candidate.axes && emit.holds(x, candidate)) ?? logical;
  const order = layout.axes ?? x.shape.map((_, axis) => axis);
  const physical = order.flatMap((axis, position) => (axes.includes(axis) ? [position] : []));
  const name = emit.name(x, layout);
  const keepdims = keepDims ? 1 : 0;
  const reduced =
    op === 'ReduceSum'
      ? emit.graph.node(op, [name, emit.graph.ints(...physical)], { keepdims })
      : emit.graph.node(op, [name], { axes: physical, keepdims });
  if (keepDims)
    return emit.value(
      reduced,
      x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
      type,
      layout,
    );
  const kept = order.filter((axis) => !axes.includes(axis));
  const sorted = [...kept].sort((a, b) => a - b);
  const inOrder = emit.graph.transpose(
    reduced,
    sorted.map((axis) => kept.indexOf(axis)),
  );
  return emit.value(
    inOrder,
    sorted.map((axis) => x.shape[axis]),
    type,
  );
}

/** tfjs names the axes `axis` or `reductionIndices`, depending on the kernel. */
const axesOf = (attributes: Readonly<Record<string, unknown>>, x: Value): number[] =>
  util.parseAxisParam((attributes.reductionIndices ?? attributes.axis) as number | number[], [...x.shape]);

const reduction =
  (op: string): Kernel =>
  ({ inputs: { x }, attributes, emit }) =>
    reduce(emit, op, x, axesOf(attributes, x), Boolean(attributes.keepDims));

/** All and Any, as minimum and maximum of 0 and 1. */
const logicalReduction =
  (op: string): Kernel =>
  ({ inputs: { x }, attributes, emit }) => {
    const numbers = emit.elementwise('Cast', [x], 'float32', { to: 1 });
    return emit.elementwise(
      'Cast',
      [reduce(emit, op, numbers, axesOf(attributes, x), Boolean(attributes.keepDims))],
      'bool',
      { to: 9 },
    );
  };

const arg =
  (op: string): Kernel =>
  ({ inputs: { x }, attributes, emit }) => {
    const [axis] = util.parseAxisParam(attributes.axis as number, [...x.shape]);
    const [shape] = backend_util.computeOutAndReduceShapes([...x.shape], [axis]);
    const found = emit.graph.node(op, [emit.name(x)], { axis, keepdims: 0 });
    return emit.value(emit.graph.node('Cast', [found], { to: 6 }), shape, 'int32');
  };

export const reductionKernels: KernelTable = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: logicalReduction('ReduceMin'),
  Any: logicalReduction('ReduceMax'),
  ArgMax: arg('ArgMax'),
  ArgMin: arg('ArgMin'),
};
