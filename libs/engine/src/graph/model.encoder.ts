import { onnx } from 'onnx-proto';
import { onnxCode } from './element-type';
import type { Attribute, Graph, GraphPort } from './graph.builder';

const { AttributeType } = onnx.AttributeProto;

/** Operator set of everything the engine writes: the oldest that has LayerNormalization, read by every runtime since 2022. */
export const opset = 17;
const irVersion = 8;

function encodeAttribute(name: string, value: Attribute): onnx.IAttributeProto {
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('graph' in value) return { name, type: AttributeType.GRAPH, g: encodeGraph(value.graph) };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

const encodePort = ({ name, type, shape }: GraphPort): onnx.IValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: onnxCode(type),
      shape: { dim: shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size })) },
    },
  },
});

function encodeGraph(graph: Graph): onnx.IGraphProto {
  return {
    name: graph.name,
    node: graph.nodes.map((node) => ({
      name: node.name,
      opType: node.op,
      domain: node.domain,
      input: [...node.inputs],
      output: [...node.outputs],
      attribute: Object.entries(node.attributes).flatMap(([name, value]) =>
        value === undefined ? [] : [encodeAttribute(name, value)],
      ),
    })),
    initializer: graph.constants.map(({ name, type, shape, data }) => ({
      name,
      dims: [...shape],
      dataType: onnxCode(type),
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    })),
    input: graph.inputs.map(encodePort),
    output: graph.outputs.map(encodePort),
  };
}

/** Domains of operators outside the standard, declared only where a graph uses them. */
function domainsOf(graph: Graph): Set<string> {
  const domains = new Set<string>();
  for (const node of graph.nodes) {
    domains.add(node.domain);
    for (const value of Object.values(node.attributes))
      if (typeof value === 'object' && 'graph' in value)
        domainsOf(value.graph).forEach((domain) => domains.add(domain));
  }
  return domains;
}

/** The bytes of an ONNX file holding `graph`; `metadata` becomes its `metadata_props`. */
export function encodeModel(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const extensions = [...domainsOf(graph)].filter((domain) => domain !== '');
  return onnx.ModelProto.encode({
    irVersion,
    producerName: 'ratchet',
    opsetImport: [{ domain: '', version: opset }, ...extensions.map((domain) => ({ domain, version: 1 }))],
    graph: encodeGraph(graph),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  }).finish();
}
