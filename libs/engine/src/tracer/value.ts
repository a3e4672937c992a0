import type { ElementType } from '../graph/element-type';
import { sizeOf } from '../graph/element-type';

/** What tfjs calls a dtype, as far as classifiers use them. */
export type ValueType = Extract<ElementType, 'float32' | 'int32' | 'bool'>;

export type ConstantData = Float32Array | Int32Array | Uint8Array;

/** The call that computed a value: what pattern-matching kernels look at. */
export interface Origin {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * A tensor of the recorded program. It has a shape and a type but no elements, unless it is a constant. Under which
 * names, in which layouts, a graph holds it is the emitter's knowledge; a value may outlive a graph.
 */
export class Value {
  /** The call that computed it; undefined for graph inputs and constants. */
  origin?: Origin;
  /** Name of the layer that was being recorded, for messages. */
  layer = '';
  /** Held by how many tensors and variables of tfjs. */
  references = 1;

  constructor(
    readonly shape: readonly number[],
    readonly type: ValueType,
    /** Elements of a constant, in row-major order; a single element stands for a constant filled with it. */
    readonly constant?: ConstantData,
  ) {}

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /** The one number a constant is filled with, if it is. */
  get fill(): number | undefined {
    return this.constant?.length === 1 ? this.constant[0] : undefined;
  }
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);
