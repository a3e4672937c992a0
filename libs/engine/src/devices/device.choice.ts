import { cpuStrategy } from '../strategies/blocked/blocked.probe';
import { portable } from '../strategies/portable';
import type { Strategy } from '../strategies/strategy';
import type { Device } from './device';
import { onnxruntimeDevice } from './onnxruntime.device';

/** `cpu-portable` is the processor with standard operators only: what `cpu` is measured and held against. */
export const deviceNames = ['cpu', 'cpu-portable', 'webgpu', 'cuda', 'tensorflow'] as const;
export type DeviceName = (typeof deviceNames)[number];

export interface DeviceChoice {
  readonly device: Device;
  /** How the trainer's forward pass is recorded when an export is held against it. */
  readonly forward: Strategy;
  /** Why this device, in one sentence. */
  readonly reason: string;
}

/** The device called `name`, or the fastest present. */
export async function chooseDevice(name: DeviceName | 'auto', threads: number): Promise<DeviceChoice> {
  const { strategy, reason } =
    name === 'cpu-portable' ? { strategy: portable, reason: 'standard operators, as asked for' } : await cpuStrategy();
  return {
    device: onnxruntimeDevice('cpu', strategy, threads),
    forward: portable,
    reason: `the processor: ${reason}`,
  };
}
