import type { GraphBuilder } from '../graph/graph.builder';
import type { ValueType } from './value';

/**
 * A way to keep a tensor's elements in a graph. tfjs speaks of images as [N,H,W,C]; convolutions want another order.
 * Values are converted when a kernel asks for them in a layout they are not held in yet, and never otherwise.
 */
export interface Layout {
  readonly id: string;
  /** Whether a tensor of this logical shape can be held this way. */
  fits(shape: readonly number[]): boolean;
  /** Converts `name`, held logically, to this layout. */
  enter(graph: GraphBuilder, name: string, shape: readonly number[], type: ValueType): string;
  /** Converts `name`, held in this layout, to the logical one. `shape` is the logical shape. */
  leave(graph: GraphBuilder, name: string, shape: readonly number[], type: ValueType): string;
  /**
   * For layouts that merely permute axes: `axes[physical] = logical`. Kernels that work along axes (reductions,
   * padding, concatenation, broadcasting) use it to stay in the layout; without it they go through the logical one.
   */
  readonly axes?: readonly number[];
  /** For layouts that do more than permute axes: how smaller operands stand beside a tensor held this way. */
  readonly broadcast?: {
    /** Shape of the node's value in the graph. */
    held(shape: readonly number[]): number[];
    /** The same elements under a shape in which smaller operands broadcast by the standard rule. */
    opened(shape: readonly number[]): number[];
    /** Brings a logically held operand of the same rank, each axis full or 1, under that shape. */
    operand(graph: GraphBuilder, name: string, shape: readonly number[]): string;
  };
}

/** As tfjs thinks of it: images are [N,H,W,C]. Every value can be held this way. */
export const logical: Layout = {
  id: 'logical',
  fits: () => true,
  enter: (_graph, name) => name,
  leave: (_graph, name) => name,
};

/** [N,C,H,W]: what ONNX's standard convolutions and pools work on. */
export const channelsFirst: Layout = {
  id: 'channels-first',
  fits: (shape) => shape.length === 4,
  enter: (graph, name, shape) =>
    movesNothing(shape) ? graph.reshape(name, channelsFirstShape(shape)) : graph.transpose(name, [0, 3, 1, 2]),
  leave: (graph, name, shape) =>
    movesNothing(shape) ? graph.reshape(name, shape) : graph.transpose(name, [0, 2, 3, 1]),
  axes: [0, 3, 1, 2],
};

/** One channel or one pixel: both orders hold the same elements in the same places. */
const movesNothing = ([, height, width, channels]: readonly number[]) => channels === 1 || height * width === 1;

export const channelsFirstShape = ([n, h, w, c]: readonly number[]): number[] => [n, c, h, w];
