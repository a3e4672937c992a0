import { engine } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';

type Layer = layers.Layer;

const stack: string[] = [];
let last = '';

/** Name of the layer being recorded, forward or backward; '' outside of layers. */
export function currentLayer(): string {
  return stack.at(-1) ?? '';
}

/** The layer entered most recently, also after it was left: where a failed recording stopped. */
currentLayer.last = (): string => last;

function within<T>(layer: string, work: () => T): T {
  stack.push((last = layer));
  try {
    return work();
  } finally {
    stack.pop();
  }
}

/** Makes every call of `layer`, and what its gradient calls, known to the recorder under the layer's name. */
export function announce(layer: Layer): void {
  const call = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => {
    const { state } = engine();
    const before = state.activeTape?.length ?? 0;
    const result = within(layer.name, () => call(inputs, kwargs));
    // What tfjs noted down for the backward pass while the layer was called is the layer's.
    for (const node of state.activeTape?.slice(before) ?? []) {
      const { gradient } = node;
      if (!gradient) continue;
      node.gradient = (dys) => {
        const parts = Object.entries(within(layer.name, () => gradient(dys)));
        return Object.fromEntries(parts.map(([input, part]) => [input, () => within(layer.name, part)]));
      };
    }
    return result;
  };
}
