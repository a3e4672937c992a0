import { createHash } from 'node:crypto';
import { type ElementType, sizeOf, type TensorArray, typedArray } from './element-type';

/** Whole numbers are ONNX ints; a float attribute says so, because 1 and 1.0 look alike in JavaScript. */
export type Attribute = number | readonly number[] | string | { readonly float: number } | { readonly graph: Graph };
export type Attributes = Readonly<Record<string, Attribute | undefined>>;

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A dimension is a size or the name of one that is known only when the graph runs. */
export interface GraphPort {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

export interface GraphConstant {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly GraphConstant[];
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

/**
 * Collects nodes and constants. Every operator the engine emits is a pure function, so an identical node (operator,
 * inputs, attributes) is written once and its name handed out again: kernels need no caches of their own.
 */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly constants: GraphConstant[] = [];
  readonly inputs: GraphPort[] = [];
  /** Prefix of the names of the nodes that follow: the layer being recorded. */
  scope = '';
  private readonly producers = new Map<string, GraphNode>();
  private readonly known = new Map<string, readonly string[]>();
  private counter = 0;

  /** `anySize`: a size that stands for one known only when the graph runs. */
  constructor(private readonly anySize?: number) {}

  input(name: string, type: ElementType, shape: GraphPort['shape']): string {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Appends `op` and returns the name of its only output. `domain:Op` names an operator outside the standard. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.multi(op, inputs, 1, attributes)[0];
  }

  /** Appends `op` with several outputs and returns their names. */
  multi(op: string, inputs: readonly string[], outputCount: number, attributes: Attributes = {}): readonly string[] {
    const key = `${op}|${inputs.join()}|${outputCount}|${JSON.stringify(attributes)}`;
    const existing = this.known.get(key);
    if (existing) return existing;
    const at = op.lastIndexOf(':');
    const outputs = Array.from({ length: outputCount }, () => `t${this.counter++}`);
    const node: GraphNode = {
      name: `${this.scope}/${op.slice(at + 1)}_${this.nodes.length}`,
      op: op.slice(at + 1),
      domain: op.slice(0, Math.max(0, at)),
      inputs,
      outputs,
      attributes,
    };
    this.nodes.push(node);
    for (const output of outputs) this.producers.set(output, node);
    this.known.set(key, outputs);
    return outputs;
  }

  /** The node that computes `name`; undefined for inputs and constants. */
  producer(name: string): GraphNode | undefined {
    return this.producers.get(name);
  }

  /** A constant; equal content is stored once. */
  constant(type: ElementType, values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    if (values.length !== sizeOf(shape)) throw new Error(`${values.length} values do not fill [${shape.join()}]`);
    const data = typedArray(type, values);
    const digest = createHash('sha1')
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      .digest('hex');
    const key = `constant|${type}|${shape.join()}|${digest}`;
    const existing = this.known.get(key);
    if (existing) return existing[0];
    const name = `c${this.constants.length}`;
    this.constants.push({ name, type, shape, data });
    this.known.set(key, [name]);
    return name;
  }

  /** A float scalar. */
  scalar(value: number): string {
    return this.constant('float32', [value], []);
  }

  /** A list of int64: shapes, axes, pads. */
  ints(...values: readonly number[]): string {
    return this.constant('int64', values);
  }

  reshape(x: string, shape: readonly number[]): string {
    const open = shape.map((size) => (this.anySize && size > 0 && size % this.anySize === 0 ? -1 : size));
    if (open.filter((size) => size === -1).length > 1)
      throw new Error(`[${shape.join()}] has two sizes known only at run time`);
    return this.node('Reshape', [x, this.ints(...open)]);
  }

  transpose(x: string, perm: readonly number[]): string {
    return perm.every((axis, index) => axis === index) ? x : this.node('Transpose', [x], { perm });
  }
}
