import { setBackend } from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { type ImageShape, InvalidInput, type NetworkSpec } from '@ratchet/domain';
import '../tfjs.setup';
import { type Architecture, withInput, withoutSoftmax, withSeeds } from './architecture';
import { zooEntry } from './zoo';

/**
 * A tfjs-layers model of `spec` that ends in logits [N, classes], with initial weights determined by `seed`. Lives on
 * tfjs's plain `cpu` backend; whoever asked for it disposes of it. Throws InvalidInput naming the layer at fault.
 */
export async function buildNetwork(
  spec: NetworkSpec,
  input: ImageShape,
  classes: number,
  seed = 1,
): Promise<LayersModel> {
  await setBackend('cpu');
  const architecture =
    spec.kind === 'zoo' ? zooArchitecture(spec.name, spec.args, input, classes) : (spec.model as Architecture);
  const prepared = withSeeds(withInput(withoutSoftmax(architecture), input), seed);
  const model = await models.modelFromJSON(prepared as unknown as Parameters<typeof models.modelFromJSON>[0]);
  const output = model.outputs[0].shape;
  if (model.outputs.length !== 1 || output.length !== 2 || output[1] !== classes) {
    const layer = model.layers[model.layers.length - 1].name;
    model.dispose();
    throw new InvalidInput(
      `layer ${layer}`,
      `gives [${output.slice(1).join()}] where one number for each of ${classes} classes is needed; end with Dense(${classes})`,
      { layer, outputShape: output, classes },
    );
  }
  return model;
}

function zooArchitecture(
  name: string,
  given: Readonly<Record<string, unknown>>,
  input: ImageShape,
  classes: number,
): Architecture {
  const { entry, args } = zooEntry(name, given);
  const model = entry.build(input, classes, args);
  const architecture = model.toJSON(null, false) as unknown as Architecture;
  model.dispose();
  return architecture;
}
