import type { NetworkSpec } from '@ratchet/domain';
import { onnxruntimeDevice } from '../devices/onnxruntime.device';
import { webgpu } from '../strategies/webgpu';
import { conv, dense, flatten, sequentialJson } from './keras.networks';
import { cpu, steady, syntheticImages, trainOn, worstDifference } from './parity';

/** Run as a process of its own, since where Vulkan lies is read from the environment at start. Prints the differences. */
const network: NetworkSpec = sequentialJson(
  conv(6, { kernel_size: [5, 5], activation: 'relu' }),
  ['MaxPooling2D', { pool_size: [2, 2] }],
  conv(16),
  ['BatchNormalization', {}],
  ['Dropout', { rate: 0.2 }],
  flatten,
  dense(12, { activation: 'relu' }),
  dense(3),
);

async function main() {
  const data = syntheticImages({ height: 12, width: 12, channels: 3 }, 3, 16);
  const h = { ...steady, batchSize: 8, shift: 0.1 };
  const reference = await trainOn(cpu, network, h, data, 5);
  const compared = await trainOn(onnxruntimeDevice('webgpu', webgpu, 1), network, h, data, 5);
  console.log(JSON.stringify(worstDifference(compared, reference)));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
