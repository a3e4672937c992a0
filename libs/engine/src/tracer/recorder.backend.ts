import { backend_util, type DataType, engine, KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import type { ConstantData } from './value';
import { Value, type ValueType } from './value';

/**
 * The tfjs backend that computes nothing. Its data ids are `Value`s: symbolic results of kernels, or constants written
 * by JavaScript. Reading a symbolic one would bake a number of this recording into the program, so it throws.
 */
export class RecorderBackend extends KernelBackend {
  /** Constants that tfjs moved here from another backend, by that backend's data id. */
  private readonly moved = new WeakMap<object, Value>();
  private count = 0;

  /** The value behind a tensor. */
  value({ dataId, shape }: Pick<TensorInfo, 'dataId' | 'shape'>): Value {
    const value = dataId instanceof Value ? dataId : this.moved.get(dataId);
    if (!value) throw new Error(`A tensor of shape [${shape.join()}] is unknown to the recorder`);
    return value;
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): object {
    this.count++;
    return constantValue(values, shape, dtype);
  }

  override move(
    dataId: object,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    references: number,
  ) {
    this.count++;
    const value = constantValue(values, shape, dtype);
    value.references = references;
    this.moved.set(dataId, value);
  }

  override readSync(dataId: object): backend_util.BackendValues {
    const value = this.value({ dataId, shape: [] });
    if (!value.constant)
      throw new Error(
        `The value of a tensor was read in JavaScript while '${value.layer || 'the step'}' was being recorded; ` +
          `what depends on it would be frozen into the program`,
      );
    return value.constant.length === value.size ? value.constant : new Float32Array(value.size).fill(value.fill!);
  }

  override read(dataId: object): Promise<backend_util.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override incRef(dataId: object): void {
    this.value({ dataId, shape: [] }).references++;
  }

  override refCount(dataId: object): number {
    return this.value({ dataId, shape: [] }).references;
  }

  override disposeData(dataId: object, force = false): boolean {
    const value = this.value({ dataId, shape: [] });
    if (--value.references > 0 && !force) return false;
    this.count--;
    this.moved.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.count;
  }

  override memory() {
    return { unreliable: true };
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    engine().removeBackend(recorderName);
  }
}

export const recorderName = 'ratchet-recorder';

function constantValue(values: backend_util.BackendValues | null, shape: number[], dtype: DataType): Value {
  if (dtype === 'string' || dtype === 'complex64') throw new Error(`Tensors of ${dtype} cannot be recorded`);
  if (!values) throw new Error('A tensor without values cannot be recorded');
  const copy: ConstantData =
    dtype === 'float32'
      ? Float32Array.from(values as ArrayLike<number>)
      : dtype === 'int32'
        ? Int32Array.from(values as ArrayLike<number>)
        : Uint8Array.from(values as ArrayLike<number>);
  const filled = copy.length > 1 && copy.every((element) => element === copy[0]);
  return new Value([...shape], dtype as ValueType, filled ? copy.slice(0, 1) : copy);
}
