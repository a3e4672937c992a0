import { type Attributes, GraphBuilder } from '../graph/graph.builder';
import { sizeOf } from '../graph/element-type';
import type { Strategy } from '../strategies/strategy';
import { type Layout, logical } from './layout';
import { sameShape, Value, type ValueType } from './value';

/**
 * What kernels write through: a graph under construction plus the knowledge under which names, in which layouts, it
 * holds each value.
 */
export class Emitter {
  readonly graph: GraphBuilder;
  private readonly held = new Map<Value, Map<Layout, string>>();

  /** `anySize`: a size that stands for one known only when the graph runs. */
  constructor(
    readonly strategy: Strategy,
    anySize?: number,
  ) {
    this.graph = new GraphBuilder(anySize);
  }

  /** Declares a graph input and returns the value that stands for it. */
  input(name: string, shape: readonly number[], type: ValueType = 'float32'): Value {
    this.graph.input(name, type, shape);
    return this.value(name, shape, type);
  }

  /** The value that the graph holds as `name`, in `layout`; `shape` is always the logical shape. */
  value(name: string, shape: readonly number[], type: ValueType = 'float32', layout: Layout = logical): Value {
    const value = new Value([...shape], type);
    this.held.set(value, new Map([[layout, name]]));
    return value;
  }

  /** A constant filled with one number; costs nothing until something asks for all its elements. */
  filled(number: number, shape: readonly number[], type: ValueType = 'float32'): Value {
    return new Value([...shape], type, type === 'float32' ? Float32Array.of(number) : Int32Array.of(number));
  }

  /** Whether the graph holds `value` in `layout` already. */
  holds(value: Value, layout: Layout): boolean {
    return this.held.get(value)?.has(layout) ?? false;
  }

  /** Name of `value` in `layout`, converting it if it is not held so yet. */
  name(value: Value, layout: Layout = logical): string {
    let names = this.held.get(value);
    if (!names) this.held.set(value, (names = new Map([[logical, this.constant(value)]])));
    const existing = names.get(layout);
    if (existing !== undefined) return existing;
    if (!names.has(logical)) {
      const [[from, name]] = names;
      names.set(logical, from.leave(this.graph, name, value.shape, value.type));
    }
    const whole = names.get(logical)!;
    const name = layout === logical ? whole : layout.enter(this.graph, whole, value.shape, value.type);
    names.set(layout, name);
    return name;
  }

  private constant(value: Value): string {
    if (!value.constant) throw new Error('A value of an earlier recording was used in this one');
    if (value.constant.length === value.size) return this.graph.constant(value.type, value.constant, value.shape);
    if (value.size <= 4096)
      return this.graph.constant(value.type, new Float32Array(value.size).fill(value.fill!), value.shape);
    const fill = this.graph.constant(value.type, value.constant, []);
    return this.graph.node('Expand', [fill, this.graph.ints(...value.shape)]);
  }

  /**
   * The layout in which to work on `operands` element by element: the strategy's most wanted one that already holds an
   * operand of the result's shape and into which every other operand can be brought.
   */
  layoutFor(shape: readonly number[], ...operands: readonly Value[]): Layout {
    const suits = (layout: Layout) =>
      layout.fits(shape) &&
      operands.some((operand) => sameShape(operand.shape, shape) && this.holds(operand, layout)) &&
      operands.every(
        (operand) => sameShape(operand.shape, shape) || isScalar(operand) || layout.axes || layout.broadcast,
      );
    return this.strategy.layouts.find(suits) ?? logical;
  }

  /** Name under which `operand` can stand in an element-wise node whose result has `shape` and is held in `layout`. */
  operand(operand: Value, shape: readonly number[], layout: Layout): string {
    if (isScalar(operand)) return this.scalarName(operand, shape, layout);
    if (sameShape(operand.shape, shape)) return this.name(operand, layout);
    const padded = [...shape.map(() => 1).slice(operand.rank), ...operand.shape];
    if (layout.broadcast) return layout.broadcast.operand(this.graph, this.name(operand), padded);
    if (!layout.axes || operand.rank === 0) return this.name(operand);
    const moved = layout.axes.map((axis) => padded[axis]);
    if (padded.filter((size) => size > 1).length <= 1) return this.graph.reshape(this.name(operand), moved);
    const full = operand.rank === shape.length ? this.name(operand) : this.graph.reshape(this.name(operand), padded);
    return this.graph.transpose(full, layout.axes);
  }

  /**
   * ONNX Runtime goes element by element when a scalar without axes meets a tensor whose last axis has size 1, ten times
   * slower; there the scalar gets as many axes as the tensor.
   */
  private scalarName(operand: Value, shape: readonly number[] = [], layout = logical): string {
    const held = layout.broadcast?.held(shape) ?? layout.axes?.map((axis) => shape[axis]) ?? shape;
    const ones = held[held.length - 1] === 1 && sizeOf(held) > 1 ? held.map(() => 1) : [];
    if (operand.fill !== undefined) return this.graph.constant(operand.type, [operand.fill], ones);
    return sameShape(operand.shape, ones) ? this.name(operand) : this.graph.reshape(this.name(operand), ones);
  }

  /** One standard node, element by element with broadcasting, in the best layout at hand. */
  elementwise(
    op: string,
    operands: readonly Value[],
    type: ValueType = operands[0].type,
    attributes: Attributes = {},
  ): Value {
    const shape = broadcastShape(operands.map((operand) => operand.shape));
    const shaping = operands.filter((operand) => !isScalar(operand));
    const narrow = broadcastShape([[], ...shaping.map((operand) => operand.shape)]);
    if (!sameShape(narrow, shape) && sizeOf(narrow) < sizeOf(shape))
      return this.stretched(op, operands, shape, type, attributes);
    const layout = this.layoutFor(shape, ...operands);
    const names = operands.map((operand) => this.operand(operand, shape, layout));
    const broadcasts = operands.some((operand) => !isScalar(operand) && !sameShape(operand.shape, shape));
    if (layout.broadcast && broadcasts) {
      const { held, opened } = layout.broadcast;
      const open = operands.map((operand, at) =>
        sameShape(operand.shape, shape) && !isScalar(operand)
          ? this.graph.reshape(names[at], opened(shape))
          : names[at],
      );
      const closed = this.graph.reshape(this.graph.node(op, open, attributes), held(shape));
      return this.value(closed, shape, type, layout);
    }
    const result = this.value(this.graph.node(op, names, attributes), narrow, type, layout);
    return sameShape(narrow, shape) ? result : this.reshaped(result, shape);
  }

  /** The same elements under another shape. */
  reshaped(value: Value, shape: readonly number[]): Value {
    return this.value(this.graph.reshape(this.name(value), shape), shape, value.type);
  }

  /** An element-wise node whose shape comes from a filled constant: worked out small, then expanded. */
  private stretched(
    op: string,
    operands: readonly Value[],
    shape: readonly number[],
    type: ValueType,
    attributes: Attributes,
  ): Value {
    const small = this.graph.node(
      op,
      operands.map((operand) => (isScalar(operand) ? this.scalarName(operand) : this.name(operand))),
      attributes,
    );
    const layout =
      this.strategy.layouts.find(({ fits, axes, broadcast }) => (axes || broadcast) && fits(shape)) ?? logical;
    const narrow = broadcastShape([
      [],
      ...operands.filter((operand) => !isScalar(operand)).map((operand) => operand.shape),
    ]);
    const name = this.operand(this.value(small, narrow, type), shape, layout);
    const { axes, broadcast } = layout;
    const target = broadcast ? broadcast.opened(shape) : axes ? axes.map((axis) => shape[axis]) : shape;
    const expanded = this.graph.node('Expand', [name, this.graph.ints(...target)]);
    return this.value(broadcast ? this.graph.reshape(expanded, broadcast.held(shape)) : expanded, shape, type, layout);
  }
}

/** A number rather than a tensor: a scalar, or a constant filled with one number. */
const isScalar = (value: Value): boolean => value.fill !== undefined || value.size === 1;

/** NumPy's broadcasting rule: shapes aligned at their last axis, ones stretched. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((candidate) => candidate !== 1) ?? 1;
    if (sizes.some((candidate) => candidate !== 1 && candidate !== size))
      throw new Error(`Shapes ${shapes.map((shape) => `[${shape.join()}]`).join(' and ')} do not broadcast`);
    return size;
  });
}
