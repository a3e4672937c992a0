import type { GraphBuilder } from '../../graph/graph.builder';
import type { Layout } from '../../tracer/layout';

/** ONNX Runtime's operators on blocked tensors: the ones its own optimizer would put in, used directly. */
export const nchwc = (op: string): string => `com.microsoft.nchwc:${op}`;

/** How many channels lie side by side in a block: 16 floats fill an AVX-512 register, 8 an AVX2 one. */
export type BlockSize = 8 | 16;

export interface BlockedLayout extends Layout {
  readonly block: BlockSize;
}

/** One pixel: logical and blocked order hold the same elements in the same places. */
const movesNothing = ([, height, width]: readonly number[]) => height * width === 1;

const shapeHeld = ([n, h, w, c]: readonly number[]): number[] => [n, c, h, w];

/**
 * [N, C/block, H, W, block], which the runtime calls [N,C,H,W]: convolutions read whole registers of channels. Only
 * for channel counts that the block divides.
 */
export function blockedLayout(block: BlockSize): BlockedLayout {
  const parts = ([n, h, w, c]: readonly number[]) => [n, h, w, c / block, block];
  const enter = (graph: GraphBuilder, name: string, shape: readonly number[]) =>
    graph.reshape(graph.transpose(graph.reshape(name, parts(shape)), [0, 3, 1, 2, 4]), shapeHeld(shape));
  const leave = (graph: GraphBuilder, name: string, shape: readonly number[]) => {
    const [n, h, w, c] = shape;
    return graph.reshape(graph.transpose(graph.reshape(name, [n, c / block, h, w, block]), [0, 2, 3, 1, 4]), shape);
  };
  return {
    id: `blocked-${block}`,
    block,
    fits: (shape) => shape.length === 4 && shape[3] % block === 0,
    enter: (graph, name, shape, type) => {
      if (movesNothing(shape)) return graph.reshape(name, shapeHeld(shape));
      return type === 'float32'
        ? graph.node(nchwc('ReorderInput'), [name], { channels_last: 1 })
        : enter(graph, name, shape);
    },
    leave: (graph, name, shape, type) => {
      if (movesNothing(shape)) return graph.reshape(name, shape);
      return type === 'float32'
        ? graph.node(nchwc('ReorderOutput'), [name], { channels: shape[3], channels_last: 1 })
        : leave(graph, name, shape);
    },
    broadcast: {
      held: shapeHeld,
      opened: ([n, h, w, c]) => [n, c / block, h, w, block],
      operand: (graph, name, [n, h, w, c]) => {
        const [blocks, lanes] = c === 1 ? [1, 1] : [c / block, block];
        if (h * w === 1) return graph.reshape(name, [n, blocks, 1, 1, lanes]);
        return graph.transpose(graph.reshape(name, [n, h, w, blocks, lanes]), [0, 3, 1, 2, 4]);
      },
    },
  };
}
