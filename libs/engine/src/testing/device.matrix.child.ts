import { defaultHyperparameters } from '@ratchet/domain';
import { chooseDevice, type DeviceName } from '../devices/device.choice';
import { buildNetwork } from '../networks/network.builder';
import { trainingProgram } from '../training/program';
import { deviceMatrix } from './device.matrix';
import { syntheticImages } from './parity';
import { differenceFrom } from './tfjs.parity';

/**
 * Trains every case of the matrix on the device named by the first argument and prints, a line of JSON for each, how far
 * it ends from tfjs. Run as a process of its own: where Vulkan lies is read from the environment at start.
 */
async function main() {
  const { device } = await chooseDevice(process.argv[2] as DeviceName, 1);
  // Shaders are compiled once for as long as any session lives: most of the time otherwise.
  const data = syntheticImages({ height: 8, width: 8, channels: 1 }, 2, 2);
  const model = await buildNetwork({ kind: 'zoo', name: 'mlp', args: { units: 8 } }, data.shape, data.classes);
  const kept = await device.open(trainingProgram(model, defaultHyperparameters, data));
  for (const [family, cases] of Object.entries(deviceMatrix))
    for (const [name, parity] of Object.entries(cases)) {
      const report = await differenceFrom(await parity.reference(), device, parity).catch((error: unknown) => ({
        error: String(error),
      }));
      console.log(JSON.stringify({ family, name, ...report }));
    }
  await kept.dispose();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
