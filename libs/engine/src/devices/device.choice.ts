import { InvalidInput, RatchetError } from '@ratchet/domain';
import { cpuStrategy } from '../strategies/blocked/blocked.probe';
import { portable } from '../strategies/portable';
import { processor } from '../strategies/processor/processor';
import type { Strategy } from '../strategies/strategy';
import { webgpu } from '../strategies/webgpu';
import { type Availability, providerAvailability } from './availability';
import type { Device } from './device';
import { onnxruntimeDevice } from './onnxruntime.device';
import { loadTensorflow } from './tensorflow.backend';
import { tfjsDevice } from './tfjs.device';

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

type Open = (threads: number) => Promise<Availability & { readonly device: () => Device }>;

const openers: Record<DeviceName, Open> = {
  cpu: async (threads) => {
    const { strategy, reason } = await cpuStrategy();
    return {
      available: true,
      reason: `the processor: ${reason}`,
      device: () => onnxruntimeDevice('cpu', strategy, threads),
    };
  },
  'cpu-portable': async (threads) => ({
    available: true,
    reason: 'the processor, with standard operators',
    device: () => onnxruntimeDevice('cpu', processor, threads),
  }),
  webgpu: async (threads) => ({
    ...(await providerAvailability('webgpu')),
    device: () => onnxruntimeDevice('webgpu', webgpu, threads),
  }),
  cuda: async (threads) => ({
    ...(await providerAvailability('cuda')),
    device: () => onnxruntimeDevice('cuda', portable, threads),
  }),
  tensorflow: async () => ({ ...loadTensorflow(), device: () => tfjsDevice('tensorflow', 'tensorflow') }),
};

/** Whether a device works here, and what it is or why not. Throws InvalidInput for a name that is none. */
export async function deviceAvailability(name: DeviceName): Promise<Availability> {
  const { available, reason } = await opener(name)(1);
  return { available, reason };
}

/**
 * The device called `wanted`, or the first of several that works here. Throws InvalidInput for a name that is none and
 * RatchetError `device_unavailable`, saying why, where none of them works.
 */
export async function chooseDevice(wanted: DeviceName | readonly DeviceName[], threads: number): Promise<DeviceChoice> {
  const missing: string[] = [];
  for (const name of [wanted].flat()) {
    const { available, reason, device } = await opener(name)(threads);
    if (available) return { device: device(), forward: portable, reason: [reason, ...missing].join('; ') };
    missing.push(`${name} cannot be used: ${reason}`);
  }
  throw new RatchetError('device_unavailable', `${missing.join('; ')}.`, {
    hint: 'See `npm run devices`, or set RATCHET_DEVICE to auto to train on what is there.',
  });
}

function opener(name: DeviceName): Open {
  if (Object.hasOwn(openers, name)) return openers[name];
  throw new InvalidInput('device', `there is no '${String(name)}'; choose one of ${deviceNames.join(', ')}`, {
    value: name,
  });
}
