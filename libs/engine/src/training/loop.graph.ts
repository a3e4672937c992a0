import type { Graph, GraphNode, GraphPort } from '../graph/graph.builder';
import { onnxCode } from '../graph/element-type';
import { assemble } from '../graph/graph.passes';
import type { Recording } from '../tracer/recorder';
import type { Feed } from './feed';

/** Names of the loop graph's ports. */
export const loopPorts = {
  steps: 'steps',
  feed: (feed: Feed) => `feed/${feed.name}`,
  before: (variable: string) => `before/${variable}`,
  after: (variable: string) => `after/${variable}`,
  metric: (output: string) => `metric/${output}`,
};

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: GraphNode['attributes'] = {},
): GraphNode => ({
  name: `loop/${outputs[0]}`,
  op,
  domain: '',
  inputs,
  outputs,
  attributes,
});

/**
 * A recorded step as the body of an ONNX Loop: many steps per call, state carried from one to the next without leaving
 * the runtime. Feeds come stacked, one slice per step; metrics go out stacked. The loop stops by itself after a step
 * whose loss is not finite.
 */
export function loopGraph(step: Recording, feeds: readonly Feed[]): Graph {
  const read = new Set(step.nodes.flatMap(({ inputs }) => inputs));
  const unpack = feeds
    .filter((feed) => read.has(feed.name))
    .flatMap((feed) => {
      const slice = feed.type === 'uint8' ? `${feed.name}/bytes` : feed.name;
      const gather = node('Gather', [loopPorts.feed(feed), 'iteration'], [slice], { axis: 0 });
      return feed.type === 'uint8'
        ? [gather, node('Cast', [slice], [feed.name], { to: onnxCode('float32') })]
        : [gather];
    });
  const goesOn = [
    node('Abs', [step.outputs.loss.name], ['loss/size']),
    node('Less', ['loss/size', 'loss/limit'], ['loss/finite']),
  ];
  const metrics = Object.entries(step.outputs);
  const port = (name: string, shape: GraphPort['shape'], type: GraphPort['type'] = 'float32'): GraphPort => ({
    name,
    type,
    shape,
  });
  const carried = step.state.map(({ before, shape }) => port(before, shape));
  const body = assemble(
    'step',
    {
      nodes: [...unpack, ...step.nodes, ...goesOn],
      constants: [...step.constants, { name: 'loss/limit', type: 'float32', shape: [], data: Float32Array.of(3.4e38) }],
      inputs: [port('iteration', [], 'int64'), port('continue', [], 'bool'), ...carried],
    },
    [
      { port: port('continues', [], 'bool'), value: 'loss/finite' },
      ...step.state.map(({ before, after, shape }) => ({ port: port(`${before}/next`, shape), value: after })),
      ...metrics.map(([name, output]) => ({ port: port(`${name}/now`, output.shape), value: output.name })),
    ],
    new Set(['iteration', 'continue', ...step.state.map(({ before }) => before)]),
  );
  const loop = node(
    'Loop',
    [loopPorts.steps, 'always', ...step.state.map(({ before }) => loopPorts.before(before))],
    [...step.state.map(({ before }) => loopPorts.after(before)), ...metrics.map(([name]) => loopPorts.metric(name))],
    { body: { graph: body } },
  );
  return {
    name: 'training',
    nodes: [loop],
    constants: [{ name: 'always', type: 'bool', shape: [], data: Uint8Array.of(1) }],
    inputs: [
      port(loopPorts.steps, [], 'int64'),
      ...feeds
        .filter((feed) => read.has(feed.name))
        .map((feed) => port(loopPorts.feed(feed), ['chunk', ...feed.shape], feed.type)),
      ...step.state.map(({ before, shape }) => port(loopPorts.before(before), shape)),
      ...step.reads.map(({ before, shape }) => port(before, shape)),
    ],
    outputs: [
      ...step.state.map(({ before, shape }) => port(loopPorts.after(before), shape)),
      ...metrics.map(([name, output]) => port(loopPorts.metric(name), ['done', ...output.shape])),
    ],
  };
}
