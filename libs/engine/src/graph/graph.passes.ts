import type { Attribute, Graph, GraphConstant, GraphNode, GraphPort } from './graph.builder';

interface Body {
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly GraphConstant[];
}

const isSubgraph = (attribute: Attribute | undefined): attribute is { graph: Graph } =>
  typeof attribute === 'object' && 'graph' in attribute;

/** Names a node reads, those read from inside its subgraphs included. */
function reads(node: GraphNode): string[] {
  const inner = Object.values(node.attributes).flatMap((attribute) =>
    isSubgraph(attribute) ? attribute.graph.nodes.flatMap(reads) : [],
  );
  return [...node.inputs, ...inner];
}

/** Keeps what `outputs` need. Nodes must be in topological order, which recording gives. */
export function withoutDeadCode(
  body: Body,
  outputs: readonly string[],
): { nodes: GraphNode[]; constants: GraphConstant[] } {
  const live = new Set(outputs);
  const nodes: GraphNode[] = [];
  for (const node of [...body.nodes].reverse()) {
    if (!node.outputs.some((output) => live.has(output))) continue;
    nodes.push(node);
    for (const name of reads(node)) live.add(name);
  }
  return { nodes: nodes.reverse(), constants: body.constants.filter(({ name }) => live.has(name)) };
}

/**
 * Cuts a graph out of `body`: each output port takes the value named beside it. Graph inputs that nothing reads are
 * dropped unless listed in `keep`. The node that computes an output writes to the port's name directly where it can,
 * which spares the runtime a copy.
 */
export function assemble(
  name: string,
  body: Body & { readonly inputs: readonly GraphPort[] },
  outputs: readonly { readonly port: GraphPort; readonly value: string }[],
  keep: ReadonlySet<string> = new Set(),
): Graph {
  const { nodes, constants } = withoutDeadCode(
    body,
    outputs.map(({ value }) => value),
  );
  const live = new Set([...nodes.flatMap(reads), ...outputs.map(({ value }) => value)]);
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: GraphNode[] = [];
  for (const { port, value } of outputs) {
    if (computed.has(value) && !renamed.has(value)) renamed.set(value, port.name);
    else
      copies.push({
        name: `output/${port.name}`,
        op: 'Identity',
        domain: '',
        inputs: [value],
        outputs: [port.name],
        attributes: {},
      });
  }
  const named = (names: readonly string[]) => names.map((old) => renamed.get(old) ?? old);
  const wired = [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: named(node.inputs),
    outputs: named(node.outputs),
  }));
  return {
    name,
    nodes: wired,
    constants,
    inputs: body.inputs.filter((input) => live.has(input.name) || keep.has(input.name)),
    outputs: outputs.map(({ port }) => port),
  };
}
