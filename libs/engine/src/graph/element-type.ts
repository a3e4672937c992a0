import { onnx } from 'onnx-proto';

/** The element types the engine's graphs use. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8';

export type TensorArray = Float32Array | Int32Array | BigInt64Array | Uint8Array;

const { DataType } = onnx.TensorProto;

const types = {
  float32: { code: DataType.FLOAT, bytes: 4, from: (values: ArrayLike<number>) => Float32Array.from(values) },
  int32: { code: DataType.INT32, bytes: 4, from: (values: ArrayLike<number>) => Int32Array.from(values) },
  int64: { code: DataType.INT64, bytes: 8, from: (values: ArrayLike<number>) => BigInt64Array.from(values, BigInt) },
  bool: { code: DataType.BOOL, bytes: 1, from: (values: ArrayLike<number>) => Uint8Array.from(values) },
  uint8: { code: DataType.UINT8, bytes: 1, from: (values: ArrayLike<number>) => Uint8Array.from(values) },
} as const;

/** The number ONNX gives this type (`TensorProto.DataType`). */
export const onnxCode = (type: ElementType): number => types[type].code;

export const bytesPerElement = (type: ElementType): number => types[type].bytes;

/** `values` as the typed array that ONNX's raw data and ONNX Runtime expect for this type. */
export const typedArray = (type: ElementType, values: ArrayLike<number>): TensorArray => types[type].from(values);

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
