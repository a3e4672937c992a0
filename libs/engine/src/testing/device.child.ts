import type { NetworkSpec } from '@ratchet/domain';
import { chooseDevice, type DeviceName } from '../devices/device.choice';
import { conv, dense, flatten, sequentialJson } from './keras.networks';
import { cpu, steady, syntheticImages, trainOn, worstDifference } from './parity';

/**
 * Trains on the device named by the first argument and prints how far it is from the processor. Run as a process of its
 * own: where Vulkan lies is read from the environment at start, and TensorFlow brings a second copy of tfjs.
 */
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
  const wanted = process.argv[2] as DeviceName;
  const { device, reason } = await chooseDevice(wanted, 1);
  const compared = await trainOn(device, network, h, data, 5);
  await chooseDevice(wanted, 1); // a process may ask again
  console.log(JSON.stringify({ ...worstDifference(compared, reference), reason }));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
