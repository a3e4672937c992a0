import { LayersModel, type layers } from '@tensorflow/tfjs-layers';
import { recordBatchNormalization } from '../tracer/batch.norm';
import { announce } from '../tracer/layer.scope';

/** What is done to a layer, by class, before it is recorded. */
const preparations: Readonly<Record<string, (layer: layers.Layer) => void>> = {
  BatchNormalization: recordBatchNormalization,
};

/** Makes a model's layers known to the recorder and gives those that need it their recorded form. */
export function announceLayers(model: LayersModel): void {
  for (const layer of model.layers) {
    if (layer instanceof LayersModel) announceLayers(layer);
    else {
      preparations[layer.getClassName()]?.(layer);
      announce(layer);
    }
  }
}
