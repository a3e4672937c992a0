import type { layers } from '@tensorflow/tfjs-layers';

type Layer = layers.Layer;

const stack: string[] = [];
let last = '';

/** Name of the layer being recorded, '' outside of layers. */
export function currentLayer(): string {
  return stack.at(-1) ?? '';
}

/** The layer entered most recently, also after it was left: where a failed recording stopped. */
currentLayer.last = (): string => last;

/** Makes every call of `layer` known to the recorder under the layer's name. */
export function announce(layer: Layer): void {
  const call = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => {
    stack.push((last = layer.name));
    try {
      return call(inputs, kwargs);
    } finally {
      stack.pop();
    }
  };
}
