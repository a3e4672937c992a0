import type { NetworkSpec } from '@ratchet/domain';
import { conv, dense, type LayerJson, sequentialJson } from './keras.networks';

/** Networks whose memory is measured against its estimate, each dear in a way of its own. */
export interface MemoryCase {
  readonly network: NetworkSpec;
  readonly side: number;
  readonly batchSize: number;
}

const pooled = (...layers: readonly LayerJson[]): NetworkSpec =>
  sequentialJson(...layers, ['GlobalAveragePooling2D', {}], dense(10));
const thrice = (...layers: readonly LayerJson[]): LayerJson[] => [...layers, ...layers, ...layers];

export const memoryCases: Record<string, MemoryCase> = {
  'many parameters': { network: { kind: 'zoo', name: 'mlp', args: { units: 2048 } }, side: 32, batchSize: 8 },
  'few large images': { network: { kind: 'zoo', name: 'small-cnn', args: {} }, side: 160, batchSize: 2 },
  'activations of many operations': {
    network: pooled(...thrice(conv(16, { activation: 'gelu' }), conv(16, { activation: 'hard_swish' }))),
    side: 64,
    batchSize: 16,
  },
  'pooling by windows that overlap': {
    network: pooled(conv(16), ...thrice(['MaxPooling2D', { pool_size: [3, 3], strides: [1, 1], padding: 'same' }])),
    side: 64,
    batchSize: 16,
  },
  'transposed convolutions': {
    network: pooled(
      conv(16),
      ...thrice(
        ['Conv2DTranspose', { filters: 16, kernel_size: [4, 4], strides: [2, 2], padding: 'same' }],
        ['MaxPooling2D', { pool_size: [2, 2] }],
      ),
    ),
    side: 64,
    batchSize: 8,
  },
};
