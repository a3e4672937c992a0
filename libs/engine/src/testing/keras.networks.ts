import type { NetworkSpec } from '@ratchet/domain';

export type LayerJson = readonly [type: string, config: Record<string, unknown>];

/** A Sequential of `layers`, in the JSON that Keras writes. */
export const sequentialJson = (...layers: readonly LayerJson[]): NetworkSpec => ({
  kind: 'keras',
  model: {
    class_name: 'Sequential',
    config: {
      name: 'net',
      layers: layers.map(([type, config], at) => ({ class_name: type, config: { name: `layer${at}`, ...config } })),
    },
  },
});

export const conv = (filters: number, options: Record<string, unknown> = {}): LayerJson => [
  'Conv2D',
  { filters, kernel_size: [3, 3], padding: 'same', ...options },
];
export const dense = (units: number, options: Record<string, unknown> = {}): LayerJson => [
  'Dense',
  { units, ...options },
];
export const flatten: LayerJson = ['Flatten', {}];

/** `layers` between a convolution with weights (so that gradients flow through them) and a classifier's end. */
export const around = (...layers: readonly LayerJson[]): NetworkSpec =>
  sequentialJson(conv(4), ...layers, flatten, dense(3));

export interface NodeJson {
  readonly type: string;
  readonly name: string;
  readonly config?: Record<string, unknown>;
  readonly from?: readonly string[];
}

/** A functional model: every node names what it is applied to; the last one is the output. */
export const functionalJson = (...nodes: readonly NodeJson[]): NetworkSpec => ({
  kind: 'keras',
  model: {
    class_name: 'Functional',
    config: {
      name: 'net',
      layers: nodes.map(({ type, name, config, from }) => ({
        class_name: type,
        name,
        config: { name, ...config },
        inbound_nodes: from ? [from.map((source) => [source, 0, 0, {}])] : [],
      })),
      input_layers: [[nodes[0].name, 0, 0]],
      output_layers: [[nodes[nodes.length - 1].name, 0, 0]],
    },
  },
});
