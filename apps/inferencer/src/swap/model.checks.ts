import { onnx } from 'onnx-proto';
import { ArtifactRefused } from './artifact.refused';
import { allowedOperators, newestOpset, oldestOpset } from './operators';

const EXTERNAL = 1;
const MOST_NODES = 20_000;

/**
 * Reads the file's structure, without running any of it, and refuses whatever a classifier has no use for: data in other
 * files, sparse tensors, subgraphs, functions, operators off the list. Weights are not copied.
 * It may need memory in proportion to a hostile file: run it in a process that may die.
 * @throws ArtifactRefused naming the first thing found
 */
export function checkModel(file: Buffer): void {
  let model: onnx.ModelProto;
  try {
    model = onnx.ModelProto.decode(file);
  } catch (error) {
    throw new ArtifactRefused(`The file is no ONNX model: ${(error as Error).message}.`);
  }
  const { graph } = model;
  if (!graph) throw new ArtifactRefused('The file is no ONNX model: it holds no graph.');
  checkOpsets(model);
  if (model.functions.length > 0) throw new ArtifactRefused('The model defines functions of its own; inline them.');
  if (model.trainingInfo.length > 0)
    throw new ArtifactRefused('The model carries training graphs; export it for inference.');
  if ((graph.sparseInitializer ?? []).length > 0)
    throw new ArtifactRefused('The model holds sparse initializers; store its weights densely.');
  for (const tensor of graph.initializer ?? []) checkTensor(tensor, 'initializer');
  const nodes = graph.node ?? [];
  if (nodes.length > MOST_NODES)
    throw new ArtifactRefused(`The model has ${nodes.length} nodes; ${MOST_NODES} are allowed.`);
  for (const node of nodes) checkNode(node);
}

function checkOpsets({ opsetImport }: onnx.ModelProto): void {
  for (const { domain, version } of opsetImport) {
    const standard = !domain || domain === 'ai.onnx';
    if (!standard && domain !== 'com.microsoft')
      throw new ArtifactRefused(`The model uses operators of '${domain}'; only standard ones are allowed.`);
    if (standard && !(Number(version) >= oldestOpset && Number(version) <= newestOpset))
      throw new ArtifactRefused(`The model's opset is ${version}; ${oldestOpset} to ${newestOpset} are allowed.`);
  }
}

function checkNode(node: onnx.INodeProto): void {
  const name = `${node.domain && node.domain !== 'ai.onnx' ? `${node.domain}.` : ''}${node.opType}`;
  if (!allowedOperators.has(name))
    throw new ArtifactRefused(`The model uses operator ${name} (node '${node.name ?? ''}'), which is not allowed.`);
  for (const attribute of node.attribute ?? []) {
    if (attribute.g || (attribute.graphs ?? []).length > 0)
      throw new ArtifactRefused(`Node '${node.name ?? ''}' (${name}) holds a graph of its own, which is not allowed.`);
    if (attribute.sparseTensor || (attribute.sparseTensors ?? []).length > 0)
      throw new ArtifactRefused(`Node '${node.name ?? ''}' (${name}) holds a sparse tensor, which is not allowed.`);
    if (attribute.t) checkTensor(attribute.t, 'constant');
    for (const tensor of attribute.tensors ?? []) checkTensor(tensor, 'constant');
  }
}

function checkTensor(tensor: onnx.ITensorProto, role: string): void {
  if (tensor.dataLocation === EXTERNAL || (tensor.externalData ?? []).length > 0)
    throw new ArtifactRefused(`The ${role} '${tensor.name ?? ''}' keeps its data in another file; embed it.`);
}
