import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import {
  type ImageShape,
  InvalidInput,
  type LayerDescription,
  type NetworkDescription,
  type NetworkSpec,
  RatchetError,
} from '@ratchet/domain';
import { compileCheck } from './compile.check';
import { buildNetwork } from './network.builder';

/** Larger networks than this are refused at registration: they are a slip of the pen more often than a plan. */
export const maxParameters = 200_000_000;

/** The layer table of a network and its sums. Throws InvalidInput, naming the layer, for what cannot be trained. */
export async function describeNetwork(
  spec: NetworkSpec,
  input: ImageShape,
  classes: number,
): Promise<NetworkDescription> {
  const model = await buildNetwork(spec, input, classes);
  try {
    const description = describeModel(model, input, classes);
    assertSomethingLeft(description);
    assertAffordable(description);
    compileCheck(model, input, classes);
    return description;
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    // tfjs-layers complains about some settings no sooner than when weights are read.
    throw new InvalidInput('network', `cannot be compiled: ${(error as Error).message}`);
  } finally {
    model.dispose();
  }
}

/** tfjs lets a kernel larger than its input through, with nothing for an output. */
function assertSomethingLeft({ input, layers: table }: NetworkDescription): void {
  const empty = table.find((layer) => layer.outputShape.some((size) => size < 1));
  if (empty)
    throw new InvalidInput(
      `layer '${empty.name}'`,
      `has nothing left to work on: its output would be ${empty.outputShape.join('×')} for images of ${input.height}×${input.width}×${input.channels}. Use larger images, smaller kernels or less pooling`,
      { layer: empty.name },
    );
}

function assertAffordable({ parameters, layers: table }: NetworkDescription): void {
  if (parameters <= maxParameters) return;
  const largest = table.reduce((most, layer) => (layer.parameters > most.parameters ? layer : most));
  const millions = (count: number) => `${Math.round(count / 1e6)} million`;
  throw new InvalidInput(
    `layer '${largest.name}'`,
    `has ${millions(largest.parameters)} of the network's ${millions(parameters)} parameters; ${millions(maxParameters)} are allowed. Use fewer units, or pool more before the first dense layer`,
    { parameters, limit: maxParameters },
  );
}

export function describeModel(model: LayersModel, input: ImageShape, classes: number): NetworkDescription {
  const table = model.layers.map(describeLayer);
  const total = (of: (layer: LayerDescription) => number) => table.reduce((sum, layer) => sum + of(layer), 0);
  return {
    input,
    classes,
    layers: table,
    parameters: total((layer) => layer.parameters),
    flops: total((layer) => layer.flops),
  };
}

function describeLayer(layer: layers.Layer): LayerDescription {
  const outputShape = (
    (Array.isArray(layer.outputShape[0]) ? layer.outputShape[0] : layer.outputShape) as number[]
  ).slice(1);
  return {
    name: layer.name,
    type: layer.getClassName(),
    outputShape,
    parameters: layer.countParams(),
    flops: flopsOf(layer, outputShape),
  };
}

const product = (sizes: readonly (number | null)[]): number =>
  sizes.reduce<number>((all, size) => all * (size ?? 1), 1);

/** Multiply-adds of a kernel applied at every output pixel, as two operations each; element-wise layers one per element. */
function flopsOf(layer: layers.Layer, outputShape: readonly number[]): number {
  const outputs = product(outputShape);
  const pixels = product(outputShape.slice(0, -1));
  const kernels = layer.weights.filter((weight) => weight.shape.length > 1).map((weight) => product(weight.shape));
  switch (layer.getClassName()) {
    case 'Dense':
    case 'Conv2D':
    case 'DepthwiseConv2D':
    case 'SeparableConv2D':
      return kernels.reduce((sum, size) => sum + 2 * size * pixels, 0);
    case 'Conv2DTranspose': {
      const [, height, width] = (
        Array.isArray(layer.inputSpec) && layer.input && !Array.isArray(layer.input) ? layer.input.shape : []
      ) as number[];
      return kernels.reduce((sum, size) => sum + 2 * size * height * width, 0);
    }
    case 'InputLayer':
    case 'Flatten':
    case 'Reshape':
    case 'Dropout':
    case 'SpatialDropout2D':
      return 0;
    case 'BatchNormalization':
      return 2 * outputs;
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return outputs * product((layer.getConfig().poolSize as number[] | undefined) ?? [2, 2]);
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling2D':
      return product(((layer.input as { shape: number[] }).shape ?? []).slice(1));
    default:
      return outputs;
  }
}
