import { defaultHyperparameters } from '@ratchet/domain';
import { buildNetwork } from '../networks/network.builder';
import { trainingProgram } from '../training/program';
import { hasGraphicsProcessor } from './availability';
import { chooseDevice, type DeviceName, deviceNames } from './device.choice';
import type { Device } from './device';

export interface DeviceReport {
  readonly name: DeviceName;
  readonly available: boolean;
  /** What it is, or why it cannot be used. */
  readonly reason: string;
  /** Training speed on LeNet-5, 28×28, batch 64; undefined where it was not measured. */
  readonly imagesPerSecond?: number;
}

/** Every device with one second's training on it. */
export async function listDevices(threads: number): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const name of deviceNames) {
    const emulated = name === 'webgpu' && !hasGraphicsProcessor();
    try {
      const { device, reason } = await chooseDevice(name, threads);
      reports.push(
        emulated
          ? { name, available: true, reason: `${reason}, but on no graphics processor: not measured` }
          : { name, available: true, reason, imagesPerSecond: await measure(device) },
      );
    } catch (error) {
      reports.push({ name, available: false, reason: (error as Error).message });
    }
  }
  return reports;
}

/** Images per second over about a second of training, after a first run that warms the device up. */
async function measure(device: Device): Promise<number> {
  const shape = { height: 28, width: 28, channels: 1 } as const;
  const count = 640;
  const data = {
    shape,
    classes: 10,
    images: new Uint8Array(count * 784).fill(100),
    labels: Uint8Array.from({ length: count }, (_, at) => at % 10),
  };
  const model = await buildNetwork({ kind: 'zoo', name: 'lenet5', args: {} }, shape, data.classes, 1);
  const program = trainingProgram(model, { ...defaultHyperparameters, batchSize: 64 }, data);
  const runner = await device.open(program);
  await runner.run(0, 2);
  let steps = 0;
  const started = performance.now();
  while (performance.now() - started < 1000) {
    await runner.run(steps, 10);
    steps += 10;
  }
  const seconds = (performance.now() - started) / 1000;
  await runner.dispose();
  program.dispose();
  model.dispose();
  return Math.round((steps * program.batchSize) / seconds);
}
