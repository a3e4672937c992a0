import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { noiseLayers, seedNoise } from '../networks/noise.layers';
import { recordBatchNormalization } from '../tracer/batch.norm';
import { broadcastLayerNormalization } from '../tracer/layer.norm';
import { announce } from '../tracer/layer.scope';

/** What is done to a layer, by class, before it is trained. */
const preparations: Readonly<Record<string, (layer: layers.Layer) => void>> = {
  BatchNormalization: recordBatchNormalization,
  LayerNormalization: broadcastLayerNormalization,
  ...Object.fromEntries(noiseLayers.map((name) => [name, seedNoise])),
};

/** Makes a model's layers known to the recorder and gives those that need it the form they are trained in. */
export function prepareLayers(model: LayersModel): void {
  for (const layer of model.layers) {
    preparations[layer.getClassName()]?.(layer);
    announce(layer);
  }
}
