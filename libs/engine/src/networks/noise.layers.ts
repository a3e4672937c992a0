import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { serialization } from '@tensorflow/tfjs-core';
import { InvalidInput } from '@ratchet/domain';
import { dropoutField, keptField, normalField } from '../training/random.draws';

/** Drops whole channels (Tompson et al. 2015). tfjs-layers lacks it. */
export class SpatialDropout2D extends layers.Layer {
  static readonly className = 'SpatialDropout2D';
  readonly rate: number;

  constructor(config: { rate: number } & ConstructorParameters<typeof layers.Layer>[0]) {
    super(config);
    this.rate = config.rate;
  }

  override computeOutputShape(inputShape: number[]): number[] {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return Array.isArray(inputs) ? inputs[0] : inputs;
  }

  override getConfig(): serialization.ConfigDict {
    return { rate: this.rate, ...super.getConfig() };
  }
}
serialization.registerClass(SpatialDropout2D);

interface NoiseLayer {
  readonly name: string;
  readonly rate: number;
  readonly stddev: number;
  readonly noiseShape?: (number | null)[] | null;
}

type Noise = (x: Tensor, layer: NoiseLayer) => Tensor;

/** Shape of a mask, one row an image; sizes a layer leaves open are those of its input. */
const maskShape = (x: Tensor, { noiseShape }: NoiseLayer) =>
  x.shape.map((size, axis) => (axis === 0 ? size : (noiseShape?.[axis] ?? size)));

/** Where selu saturates (Klambauer et al. 2017): what alpha dropout sets the dropped to. */
const saturation = -1.6732632423543772 * 1.0507009873554805;

const alphaDropout: Noise = (x, layer) => {
  const { rate } = layer;
  const kept = keptField(layer.name, maskShape(x, layer), rate);
  const slope = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
  const dropped = add(mul(x, kept), mul(sub(1, kept), saturation));
  return add(mul(dropped, slope), -slope * saturation * rate);
};

const noises: Readonly<Record<string, Noise>> = {
  Dropout: (x, layer) => mul(x, dropoutField(layer.name, maskShape(x, layer), layer.rate)),
  SpatialDropout2D: (x, layer) => mul(x, dropoutField(layer.name, [x.shape[0], 1, 1, x.shape[3]!], layer.rate)),
  AlphaDropout: alphaDropout,
  GaussianNoise: (x, layer) => add(x, mul(normalField(layer.name, x.shape), layer.stddev)),
  GaussianDropout: (x, layer) =>
    mul(x, add(mul(normalField(layer.name, x.shape), Math.sqrt(layer.rate / (1 - layer.rate))), 1)),
};

export const noiseLayers = Object.keys(noises);

/**
 * Makes a layer that draws random numbers draw them from the training's seed and step: tfjs-layers would draw them in
 * JavaScript, which a recording freezes.
 */
export function seedNoise(layer: layers.Layer): void {
  const noise = noises[layer.getClassName()];
  const settings = layer as unknown as NoiseLayer;
  const { rate = 0, stddev = 1 } = settings;
  if (!(rate >= 0 && rate < 1))
    throw new InvalidInput(`layer ${layer.name}`, `its rate must be at least 0 and below 1`, { rate });
  layer.call = (inputs, kwargs) => {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const silent = layer.getClassName() === 'GaussianNoise' ? stddev === 0 : rate === 0;
    return kwargs?.training && !silent ? noise(x, settings) : x;
  };
}
