import { onnx } from 'onnx-proto';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type ImageShape, InvalidInput, RatchetError } from '@ratchet/domain';
import { sessionOptions } from './devices/onnxruntime.session';
import { modelPorts } from './export/prediction.graph';

/** An exported model, ready to classify. The same code measures a candidate at the gate and serves the champion. */
export interface ServingModel {
  readonly input: ImageShape;
  readonly classes: readonly string[];
  /**
   * Class probabilities of `count` images: row-major uint8 [count, height, width, channels] in, [count, classes] out.
   * Computes on the calling thread and blocks it until done.
   */
  run(images: Uint8Array, count: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Opens the ONNX file at `path` (or its bytes) for serving on `threads` CPU threads. Throws RatchetError
 * `unusable_model` for a file that is no exported classifier.
 */
export async function openServingModel(
  model: string | Uint8Array,
  { threads }: { threads: number },
): Promise<ServingModel> {
  const metadata = readMetadata(typeof model === 'string' ? await readFile(model) : model);
  // ONNX Runtime keeps less memory for a model it reads from a path itself, and its types want the two cases apart.
  const options = sessionOptions('cpu', threads);
  const session = await (typeof model === 'string'
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options));
  const { input, classes } = metadata;
  const pixels = input.height * input.width * input.channels;
  return {
    input,
    classes,
    run: async (images, count) => {
      if (images.length !== count * pixels)
        throw new InvalidInput(
          'images',
          `${images.length} bytes are not ${count} images of ${input.height}×${input.width}×${input.channels}`,
        );
      const tensor = new Tensor('uint8', images, [count, input.height, input.width, input.channels]);
      const result = await session.run({ [modelPorts.input]: tensor });
      return result[modelPorts.output].data as Float32Array;
    },
    dispose: () => session.release(),
  };
}

interface Metadata {
  readonly input: ImageShape;
  readonly classes: readonly string[];
}

const unusable = (why: string) =>
  new RatchetError('unusable_model', `The file is not a classifier exported by Ratchet: ${why}.`);

/** What the file says of itself. Files that point outside of themselves are refused before anything follows them. */
function readMetadata(bytes: Uint8Array): Metadata {
  let model: onnx.ModelProto;
  try {
    model = onnx.ModelProto.decode(bytes);
  } catch {
    throw unusable('it is not ONNX');
  }
  const { graph } = model;
  if (!graph) throw unusable('it has no graph');
  const external = graph.initializer?.find((tensor) => tensor.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL);
  if (external || graph.sparseInitializer?.length) throw unusable('its weights lie in other files or are sparse');
  const property = (key: string) => {
    const value = model.metadataProps.find((entry) => entry.key === key)?.value;
    if (!value) throw unusable(`its metadata lack '${key}'`);
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw unusable(`its '${key}' cannot be read`);
    }
  };
  return { input: property('input') as ImageShape, classes: property('classes') as string[] };
}
