import { sizeOf, type TensorArray } from './element-type';
import type { Graph, GraphConstant, GraphNode } from './graph.builder';
import { withoutDeadCode } from './graph.passes';

/** Works out reshapes and transposes of constants once and for all, so that a file holds its weights as they are used. */
export function foldConstants(graph: Graph): Graph {
  const constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.filter((node) => {
    const folded = outputs.has(node.outputs[0]) ? undefined : fold(node, constants);
    if (folded) constants.set(folded.name, folded);
    return !folded;
  });
  return { ...graph, ...withoutDeadCode({ nodes, constants: [...constants.values()] }, [...outputs]) };
}

function fold(node: GraphNode, constants: ReadonlyMap<string, GraphConstant>): GraphConstant | undefined {
  const operand = constants.get(node.inputs[0]);
  if (!operand) return undefined;
  const [name] = node.outputs;
  if (node.op === 'Transpose') {
    const perm = node.attributes.perm as readonly number[];
    return {
      name,
      type: operand.type,
      shape: perm.map((axis) => operand.shape[axis]),
      data: transposed(operand, perm),
    };
  }
  const target = node.op === 'Reshape' ? constants.get(node.inputs[1]) : undefined;
  if (!target) return undefined;
  const sizes = Array.from(target.data, Number);
  const known = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  return { ...operand, name, shape: sizes.map((size) => (size === -1 ? sizeOf(operand.shape) / known : size)) };
}

function transposed({ data, shape }: GraphConstant, perm: readonly number[]): TensorArray {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sizes = perm.map((axis) => shape[axis]);
  const steps = perm.map((axis) => strides[axis]);
  const result = data.slice();
  const at = sizes.map(() => 0);
  let source = 0;
  for (let target = 0; target < data.length; target++) {
    result[target] = data[source];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      source += steps[axis];
      if (++at[axis] < sizes[axis]) break;
      source -= steps[axis] * sizes[axis];
      at[axis] = 0;
    }
  }
  return result;
}
