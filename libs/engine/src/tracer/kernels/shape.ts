import { slice_util, util } from '@tensorflow/tfjs-core';
import type { Emitter } from '../emitter';
import type { Kernel, KernelTable } from '../kernel';
import { type Layout, logical } from '../layout';
import { sameShape, Value } from '../value';

/** Where to work on `x` axis by axis: the first layout that holds it and merely permutes axes. */
export const axisLayout = (emit: Emitter, x: Value): Layout =>
  emit.strategy.layouts.find((layout) => layout.axes && emit.holds(x, layout)) ?? logical;

/** A list with one entry per logical axis, in the order of the layout's axes. */
export const inOrder = <T>(layout: Layout, perAxis: readonly T[]): T[] =>
  layout.axes ? layout.axes.map((axis) => perAxis[axis]) : [...perAxis];

const reshape = (emit: Emitter, x: Value, shape: readonly number[]): Value => {
  if (sameShape(shape, x.shape)) return x;
  if (x.constant) return new Value([...shape], x.type, x.constant);
  return emit.reshaped(x, shape);
};

export function pad(emit: Emitter, x: Value, paddings: readonly (readonly [number, number])[], fill = 0): Value {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const layout = axisLayout(emit, x);
  const ordered = inOrder(layout, paddings);
  const pads = emit.graph.ints(...ordered.map(([before]) => before), ...ordered.map(([, after]) => after));
  const inputs = fill === 0 ? [emit.name(x, layout), pads] : [emit.name(x, layout), pads, emit.graph.scalar(fill)];
  const shape = x.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]);
  return emit.value(emit.graph.node('Pad', inputs), shape, x.type, layout);
}

export function slice(
  emit: Emitter,
  x: Value,
  begin: readonly number[],
  size: readonly number[],
  strides?: readonly number[],
): Value {
  const layout = axisLayout(emit, x);
  const every = strides ?? x.shape.map(() => 1);
  const touched = inOrder(
    layout,
    x.shape.map((_, axis) => axis),
  )
    .map((axis, position) => ({ axis, position }))
    .filter(({ axis }) => begin[axis] !== 0 || size[axis] !== x.shape[axis] || every[axis] !== 1);
  if (touched.length === 0) return x;
  const { graph } = emit;
  const name = graph.node('Slice', [
    emit.name(x, layout),
    graph.ints(...touched.map(({ axis }) => begin[axis])),
    graph.ints(...touched.map(({ axis }) => begin[axis] + (size[axis] - 1) * every[axis] + 1)),
    graph.ints(...touched.map(({ position }) => position)),
    graph.ints(...touched.map(({ axis }) => every[axis])),
  ]);
  return emit.value(name, size, x.type, layout);
}

const concat: Kernel = ({ inputs, attributes, emit }) => {
  const values = Object.values(inputs).filter((value) => value.size > 0);
  const [axis] = util.parseAxisParam(attributes.axis as number, [...values[0].shape]);
  const shape = values[0].shape.map((size, at) =>
    at === axis ? values.reduce((sum, value) => sum + value.shape[axis], 0) : size,
  );
  const layout =
    emit.strategy.layouts.find((candidate) => candidate.axes && values.some((value) => emit.holds(value, candidate))) ??
    logical;
  const position = layout.axes ? layout.axes.indexOf(axis) : axis;
  return emit.value(
    emit.graph.node(
      'Concat',
      values.map((value) => emit.name(value, layout)),
      { axis: position },
    ),
    shape,
    values[0].type,
    layout,
  );
};

const split: Kernel = ({ inputs: { x }, attributes, emit }) => {
  const { axis, numOrSizeSplits } = attributes as { axis: number; numOrSizeSplits: number | number[] };
  const [at] = util.parseAxisParam(axis, [...x.shape]);
  const sizes = Array.isArray(numOrSizeSplits)
    ? numOrSizeSplits
    : new Array<number>(numOrSizeSplits).fill(x.shape[at] / numOrSizeSplits);
  let begin = 0;
  return sizes.map((size) => {
    const from = x.shape.map((_, other) => (other === at ? begin : 0));
    begin += size;
    return slice(
      emit,
      x,
      from,
      x.shape.map((whole, other) => (other === at ? size : whole)),
    );
  });
};

const sliceKernel: Kernel = ({ inputs: { x }, attributes, emit }) => {
  const { begin, size } = attributes as { begin: number[]; size: number[] };
  const whole = { shape: [...x.shape], rank: x.rank } as unknown as Parameters<typeof slice_util.parseSliceParams>[0];
  const [from, sizes] = slice_util.parseSliceParams(whole, begin, size);
  return slice(emit, x, from, sizes);
};

const tile: Kernel = ({ inputs: { x }, attributes, emit }) => {
  const reps = attributes.reps as number[];
  const name = emit.graph.node('Tile', [emit.name(x), emit.graph.ints(...reps)]);
  return emit.value(
    name,
    x.shape.map((size, axis) => size * reps[axis]),
    x.type,
  );
};

const broadcastTo: Kernel = ({ inputs: { x }, attributes, emit }) => {
  const shape = attributes.shape as number[];
  return emit.value(emit.graph.node('Expand', [emit.name(x), emit.graph.ints(...shape)]), shape, x.type);
};

const expandDims: Kernel = ({ inputs: { input }, attributes, emit }) => {
  const dim = attributes.dim as number;
  const shape = [...input.shape];
  shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1);
  return reshape(emit, input, shape);
};

const pack: Kernel = ({ inputs, attributes, emit }) => {
  const values = Object.values(inputs);
  const axis = attributes.axis as number;
  const widened = [...values[0].shape];
  widened.splice(axis, 0, 1);
  const names = values.map((value) => emit.name(reshape(emit, value, widened)));
  return emit.value(
    emit.graph.node('Concat', names, { axis }),
    widened.map((size, at) => (at === axis ? values.length : size)),
    values[0].type,
  );
};

const unpack: Kernel = ({ inputs: { value }, attributes, emit }) => {
  const axis = ((attributes.axis as number) + value.rank) % value.rank;
  const shape = value.shape.filter((_, at) => at !== axis);
  return Array.from({ length: value.shape[axis] }, (_, index) => {
    const begin = value.shape.map((__, at) => (at === axis ? index : 0));
    return reshape(
      emit,
      slice(
        emit,
        value,
        begin,
        value.shape.map((size, at) => (at === axis ? 1 : size)),
      ),
      shape,
    );
  });
};

const gather: Kernel = ({ inputs: { x, indices }, attributes, emit }) => {
  const [axis] = util.parseAxisParam(attributes.axis as number, [...x.shape]);
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return emit.value(emit.graph.node('Gather', [emit.name(x), emit.name(indices)], { axis }), shape, x.type);
};

/** By comparison, which every device has, rather than ONNX's OneHot. */
const oneHot: Kernel = ({ inputs: { indices }, attributes, emit }) => {
  const { depth, onValue, offValue } = attributes as { depth: number; onValue: number; offValue: number };
  const classes = new Value(
    [depth],
    'int32',
    Int32Array.from({ length: depth }, (_, index) => index),
  );
  const hit = emit.elementwise('Equal', [reshape(emit, indices, [...indices.shape, 1]), classes], 'bool');
  const chosen = emit.elementwise('Cast', [hit], 'float32', { to: 1 });
  if (onValue === 1 && offValue === 0) return chosen;
  const scaled = emit.elementwise('Mul', [chosen, emit.filled(onValue - offValue, [])]);
  return emit.elementwise('Add', [scaled, emit.filled(offValue, [])]);
};

const reverse: Kernel = ({ inputs: { x }, attributes, emit }) => {
  const axes = util.parseAxisParam(attributes.dims as number[], [...x.shape]);
  const { graph } = emit;
  const of = (number: number) => graph.ints(...axes.map(() => number));
  return emit.value(
    graph.node('Slice', [emit.name(x), of(-1), of(-(2 ** 31)), graph.ints(...axes), of(-1)]),
    x.shape,
    x.type,
  );
};

/** Kernels that move elements without changing them. */
export const shapeKernels: KernelTable = {
  Identity: ({ inputs: { x } }) => x,
  Reshape: ({ inputs: { x }, attributes, emit }) =>
    reshape(emit, x, util.inferFromImplicitShape(attributes.shape as number[], x.size)),
  ExpandDims: expandDims,
  Transpose: ({ inputs: { x }, attributes, emit }) => {
    const perm = attributes.perm as number[];
    return emit.value(
      emit.graph.transpose(emit.name(x), perm),
      perm.map((axis) => x.shape[axis]),
      x.type,
    );
  },
  Concat: concat,
  SplitV: split,
  Slice: sliceKernel,
  PadV2: ({ inputs: { x }, attributes, emit }) =>
    pad(emit, x, attributes.paddings as [number, number][], attributes.constantValue as number),
  Tile: tile,
  BroadcastTo: broadcastTo,
  Pack: pack,
  Unpack: unpack,
  GatherV2: gather,
  OneHot: oneHot,
  Reverse: reverse,
};
