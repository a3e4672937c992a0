import type { Emitter } from '../emitter';
import type { KernelTable } from '../kernel';
import type { Value } from '../value';
import { broadcastShape } from '../emitter';
import { activated } from './activation';

/** a · b, each optionally transposed in its last two axes; leading axes broadcast. Bias is a row vector. */
function multiply(emit: Emitter, a: Value, b: Value, transposeA: boolean, transposeB: boolean, bias?: Value): Value {
  const rows = a.shape[a.rank - (transposeA ? 1 : 2)];
  const columns = b.shape[b.rank - (transposeB ? 2 : 1)];
  const leading = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...leading, rows, columns];
  if (leading.every((size) => size === 1)) {
    const flat = (x: Value) => (x.rank === 2 ? emit.name(x) : emit.graph.reshape(emit.name(x), x.shape.slice(-2)));
    const inputs = bias ? [flat(a), flat(b), emit.name(bias)] : [flat(a), flat(b)];
    const product = emit.graph.node('Gemm', inputs, { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 });
    return emit.value(leading.length === 0 ? product : emit.graph.reshape(product, shape), shape);
  }
  const turned = (x: Value, transpose: boolean) => {
    const axes = x.shape.map((_, axis) => axis);
    return transpose
      ? emit.graph.transpose(emit.name(x), [...axes.slice(0, -2), x.rank - 1, x.rank - 2])
      : emit.name(x);
  };
  const product = emit.value(emit.graph.node('MatMul', [turned(a, transposeA), turned(b, transposeB)]), shape);
  return bias ? emit.elementwise('Add', [product, bias]) : product;
}

export const matmulKernels: KernelTable = {
  BatchMatMul: ({ inputs: { a, b }, attributes, emit }) =>
    multiply(emit, a, b, Boolean(attributes.transposeA), Boolean(attributes.transposeB)),
  _FusedMatMul: ({ inputs: { a, b, bias, preluActivationWeights }, attributes, emit }) =>
    activated(
      emit,
      multiply(emit, a, b, Boolean(attributes.transposeA), Boolean(attributes.transposeB), bias),
      attributes.activation,
      preluActivationWeights,
      attributes.leakyreluAlpha as number | undefined,
    ),
};
