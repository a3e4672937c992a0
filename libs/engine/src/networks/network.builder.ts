import { setBackend } from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { type ImageShape, InvalidInput, type NetworkSpec, RatchetError } from '@ratchet/domain';
import '../tfjs.setup';
import { type Architecture, outputLayer, withInput, withoutSoftmax, withoutWeights, withSeeds } from './architecture';
import { importKeras } from './keras.import';
import { zooEntry } from './zoo';

/**
 * A tfjs-layers model of `spec` that ends in logits [N, classes], with initial weights determined by `seed`. Without one
 * its kernels are zeros, which take no memory until they are read or written. Lives on tfjs's plain `cpu` backend;
 * whoever asked for it disposes of it. Throws InvalidInput naming the layer at fault.
 */
export async function buildNetwork(
  spec: NetworkSpec,
  input: ImageShape,
  classes: number,
  seed?: number,
): Promise<LayersModel> {
  await setBackend('cpu');
  const architecture = spec.kind === 'zoo' ? fromZoo(spec.name, spec.args, input, classes) : importKeras(spec.model);
  const fitted = withInput(withoutSoftmax(architecture), input);
  const prepared = seed === undefined ? withoutWeights(fitted) : withSeeds(fitted, seed);
  const model = await instantiate(prepared);
  const output = model.outputs[0].shape;
  if (model.outputs.length !== 1 || output.length !== 2 || output[1] !== classes) {
    model.dispose();
    const layer = String(outputLayer(architecture).config.name);
    throw new InvalidInput(
      `layer ${layer}`,
      `gives [${output.slice(1).join()}] where one number for each of ${classes} classes is needed; end with Dense(${classes})`,
      { layer, outputShape: output, classes },
    );
  }
  return model;
}

const modelOf = (architecture: Architecture): Promise<LayersModel> =>
  models.modelFromJSON(architecture as unknown as Parameters<typeof models.modelFromJSON>[0]);

/** tfjs-layers' complaints come as plain errors, and about one layer's settings without its name. */
async function instantiate(architecture: Architecture): Promise<LayersModel> {
  try {
    return await modelOf(architecture);
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    const { message } = error as Error;
    const layer = await complainer(architecture, message);
    throw new InvalidInput(layer === undefined ? 'network' : `layer ${layer}`, `cannot be built: ${message}`, {
      layer,
    });
  }
}

/** Name of the first layer that brings the same complaint about when it is all there is. */
async function complainer({ config }: Architecture, complaint: string): Promise<string | undefined> {
  for (const { class_name, config: settings } of config.layers) {
    const alone: Architecture = { class_name: 'Sequential', config: { layers: [{ class_name, config: settings }] } };
    const message = await modelOf(alone).then(
      (model) => void model.dispose(),
      (error: Error) => error.message,
    );
    if (message === complaint) return String(settings.name);
  }
  return undefined;
}

function fromZoo(
  name: string,
  given: Readonly<Record<string, unknown>>,
  input: ImageShape,
  classes: number,
): Architecture {
  const { entry, args } = zooEntry(name, given);
  return entry.build(input, classes, args);
}
