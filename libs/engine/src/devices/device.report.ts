import { defaultHyperparameters } from '@ratchet/domain';
import { buildNetwork } from '../networks/network.builder';
import { trainingProgram } from '../training/program';
import { hasGraphicsProcessor } from './availability';
import type { Device } from './device';
import { chooseDevice, deviceAvailability, type DeviceName } from './device.choice';

export interface DeviceReport {
  readonly name: DeviceName;
  readonly available: boolean;
  /** What it is, or why it cannot be used. */
  readonly reason: string;
  /** A program that plays a graphics processor on the processor: right, and of no use but for tests. */
  readonly emulated: boolean;
  /** What would make it available, where something would. */
  readonly mend?: string;
  /** Training speed on the small CNN, 28×28, batch 64; undefined where it was not measured. */
  readonly imagesPerSecond?: number;
}

const mends: Partial<Record<DeviceName, string>> = {
  webgpu: '`npm run setup:gpu` installs the Vulkan loader where there is a GPU',
  cuda: "`npm run setup:gpu` installs ONNX Runtime's CUDA libraries where NVIDIA's driver is",
  tensorflow: '`npm run setup:gpu` installs it; with `-- --cpu` also where there is no GPU',
};

/** Whether a device works here; cheap enough to ask at every start. */
export async function reportDevice(name: DeviceName): Promise<DeviceReport> {
  const { available, reason } = await deviceAvailability(name);
  const emulated = available && name === 'webgpu' && !hasGraphicsProcessor();
  return { name, available, reason, emulated, ...(!available && { mend: mends[name] }) };
}

/** The same after about a second of training, unless there is nothing to measure. Throws what the device throws. */
export async function measureDevice(name: DeviceName, threads: number): Promise<DeviceReport> {
  const report = await reportDevice(name);
  if (!report.available || report.emulated) return report;
  const { device } = await chooseDevice(name, threads);
  return { ...report, imagesPerSecond: await measure(device) };
}

const MEASURED_MS = 1000;

/** Images per second, after first steps that warm the device up. */
async function measure(device: Device): Promise<number> {
  const shape = { height: 28, width: 28, channels: 1 } as const;
  const count = 640;
  const data = {
    shape,
    classes: 10,
    images: new Uint8Array(count * 784).fill(100),
    labels: Uint8Array.from({ length: count }, (_, at) => at % 10),
  };
  const model = await buildNetwork({ kind: 'zoo', name: 'small-cnn', args: {} }, shape, data.classes, 1);
  const program = trainingProgram(model, { ...defaultHyperparameters, batchSize: 64 }, data);
  const runner = await device.open(program);
  const chunk = 4;
  let steps = chunk;
  await runner.run(0, chunk);
  const started = performance.now();
  let elapsed = 0;
  for (; elapsed < MEASURED_MS; elapsed = performance.now() - started) {
    await runner.run(steps, chunk);
    steps += chunk;
  }
  await runner.dispose();
  program.dispose();
  model.dispose();
  return Math.round(((steps - chunk) * program.batchSize * 1000) / elapsed);
}
