import { InvalidInput } from '@ratchet/domain';
import type { Architecture, LayerConfig } from './architecture';
import { checkLayer } from './layer.support';
import './noise.layers';

/** Larger models than this are refused unread. */
export const maxLayers = 1000;
const maxDepth = 32;

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The architecture in what Keras (2 and 3) or tfjs-layers writes with `to_json()`, `model.json` included, brought to
 * the one form tfjs-layers reads. Throws InvalidInput, naming field or layer, for anything it does not understand.
 */
export function importKeras(given: unknown): Architecture {
  checkDepth(given, 0);
  const root = unwrap(given);
  const { class_name: kind, config } = root;
  if (kind !== 'Sequential' && kind !== 'Functional' && kind !== 'Model')
    throw new InvalidInput(
      'model.class_name',
      `is '${String(kind)}'; export a Sequential or a functional model with to_json()`,
    );
  const listed = Array.isArray(config) ? config : isObject(config) ? config.layers : undefined;
  if (!Array.isArray(listed) || listed.length === 0)
    throw new InvalidInput('model.config.layers', 'must be a list of layers');
  if (listed.length > maxLayers)
    throw new InvalidInput('model.config.layers', `has ${listed.length} layers, at most ${maxLayers} are accepted`);
  const layers = listed.map(importLayer);
  layers.forEach(checkLayer);
  if (kind !== 'Sequential') checkConnections(layers);
  const rest = isObject(config) ? config : {};
  return {
    class_name: kind,
    config: {
      name: typeof rest.name === 'string' ? rest.name : 'imported',
      layers,
      ...(kind === 'Sequential'
        ? {}
        : { input_layers: endpoints(rest.input_layers), output_layers: endpoints(rest.output_layers) }),
    },
  };
}

function checkDepth(value: unknown, depth: number): void {
  if (depth > maxDepth) throw new InvalidInput('model', `is nested more than ${maxDepth} levels deep`);
  if (typeof value === 'object' && value !== null)
    Object.values(value).forEach((inner) => checkDepth(inner, depth + 1));
}

/** Saved files wrap the model's configuration once or twice. */
function unwrap(given: unknown): Json {
  let value = given;
  for (const key of ['modelTopology', 'model_config']) if (isObject(value) && key in value) value = value[key];
  if (!isObject(value)) throw new InvalidInput('model', 'must be the JSON object that to_json() writes');
  return value;
}

function importLayer(given: unknown, index: number): LayerConfig {
  if (!isObject(given) || typeof given.class_name !== 'string' || !isObject(given.config))
    throw new InvalidInput(`model.config.layers[${index}]`, 'must have a class_name and a config');
  const config = importConfig(given.config);
  config.name ??= `${given.class_name.toLowerCase()}_${index}`;
  if ('module' in given || 'registered_name' in given) fromKeras3(given.class_name, config);
  if (given.class_name === 'Softmax') config.axis ??= -1; // Keras's default; tfjs-layers has 1
  const layer: LayerConfig = { class_name: given.class_name, config };
  if (given.inbound_nodes !== undefined) {
    layer.name = config.name;
    layer.inbound_nodes = importNodes(given.inbound_nodes);
  }
  return layer;
}

/** Values of a layer's configuration; Keras 3 writes objects with more around them. */
function importConfig(config: Json): Json {
  const result: Json = {};
  for (const [key, value] of Object.entries(config)) {
    if (key === 'dtype') result[key] = 'float32';
    else if (key === 'batch_shape') result.batch_input_shape = value;
    else if (key.endsWith('_regularizer')) result[key] = importRegularizer(value);
    else if (isObject(value) && 'class_name' in value)
      result[key] = { class_name: value.class_name, config: value.config ?? {} };
    else result[key] = value;
  }
  return result;
}

/** Keras has a class for each of L1 and L2, tfjs-layers one for both. */
function importRegularizer(value: unknown): unknown {
  const { class_name: name, config } = isObject(value) ? value : { class_name: value, config: {} };
  const known = typeof name === 'string' ? /^(?=.)(l1)?_?(l2)?$/i.exec(name) : null;
  if (!known) return value;
  const given = isObject(config) ? config : {};
  const strength = (which: 'l1' | 'l2', named: boolean) => (named ? (given[which] ?? 0.01) : 0);
  const [, l1, l2] = known;
  return { class_name: 'L1L2', config: { l1: strength('l1', Boolean(l1)), l2: strength('l2', Boolean(l2)) } };
}

/** Where Keras 3 means something else by the same words, or has other words for the same. */
function fromKeras3(type: string, config: Json): void {
  if (config.activation === 'hard_sigmoid') config.activation = 'hard_sigmoid6';
  if (type === 'LeakyReLU') config.alpha = config.negative_slope ?? 0.3;
}

/** Keras 2 lists [layer, node, tensor, arguments]; Keras 3 hides the same in calls with symbolic tensors. */
function importNodes(nodes: unknown): unknown[] {
  if (!Array.isArray(nodes)) throw new InvalidInput('inbound_nodes', 'must be a list');
  return nodes.map((node: unknown) => {
    if (!isObject(node)) return node;
    const [first] = (node.args as unknown[] | undefined) ?? [];
    const tensors = Array.isArray(first) ? first : [first];
    return tensors.map((tensor) => {
      const history = isObject(tensor) && isObject(tensor.config) ? tensor.config.keras_history : undefined;
      if (!Array.isArray(history))
        throw new InvalidInput('inbound_nodes', 'calls a layer on something that is no layer output');
      return [...(history as unknown[]), {}];
    });
  });
}

/**
 * Every layer must be reachable from those before it: tfjs-layers would wait forever for a layer that is not there or
 * that waits for itself.
 */
function checkConnections(layers: readonly LayerConfig[]): void {
  const waiting = new Map(layers.map((layer) => [layer.config.name as string, sourcesOf(layer)]));
  if (waiting.size < layers.length) throw new InvalidInput('model.config.layers', 'has two layers of the same name');
  for (const [name, sources] of waiting)
    for (const source of sources)
      if (!waiting.has(source))
        throw new InvalidInput(`layer ${name}`, `is applied to '${source}', which does not exist`, { layer: name });
  for (let settled = true; settled && waiting.size > 0;) {
    settled = false;
    for (const [name, sources] of waiting)
      if (sources.every((source) => !waiting.has(source))) settled = waiting.delete(name);
  }
  const [stuck] = waiting.keys();
  if (stuck !== undefined)
    throw new InvalidInput(`layer ${stuck}`, 'is applied, through others, to its own output', { layer: stuck });
}

function sourcesOf(layer: LayerConfig): string[] {
  const nodes = (layer.inbound_nodes as unknown[] | undefined) ?? [];
  if (nodes.length > 1)
    throw new InvalidInput(
      `layer ${String(layer.config.name)}`,
      'is applied more than once; give each use a layer of its own',
    );
  return nodes.flatMap((node) => {
    if (!Array.isArray(node))
      throw new InvalidInput('inbound_nodes', 'must be lists of [layer, node, tensor, arguments]');
    return node.map((tensor: unknown) => {
      if (!Array.isArray(tensor) || typeof tensor[0] !== 'string' || tensor[1] !== 0 || tensor[2] !== 0)
        throw new InvalidInput('inbound_nodes', 'must name a layer, its node 0 and its tensor 0');
      return tensor[0];
    });
  });
}

/** [["name", 0, 0], …]; Keras 3 leaves out the outer list for a single one. */
function endpoints(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new InvalidInput('model.config', 'lacks input_layers or output_layers');
  const list = (Array.isArray(value[0]) ? value : [value]) as unknown[];
  if (list.length !== 1)
    throw new InvalidInput('model.config', `has ${list.length} inputs or outputs; a classifier has one of each`);
  return list;
}
