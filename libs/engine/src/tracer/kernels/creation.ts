import type { KernelTable } from '../kernel';
import { Value, type ValueType } from '../value';

/** Kernels that make constants. */
export const creationKernels: KernelTable = {
  Fill: ({ attributes, emit }) =>
    emit.filled(
      attributes.value as number,
      attributes.shape as number[],
      (attributes.dtype as ValueType | undefined) ?? 'float32',
    ),
  ZerosLike: ({ inputs: { x }, emit }) => emit.filled(0, x.shape, x.type),
  OnesLike: ({ inputs: { x }, emit }) => emit.filled(1, x.shape, x.type),
  Range: ({ attributes }) => {
    const { start, stop, step, dtype } = attributes as { start: number; stop: number; step: number; dtype: ValueType };
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const numbers = Array.from({ length }, (_, index) => start + index * step);
    return new Value([length], dtype, dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers));
  },
};
