import { InvalidInput } from '@ratchet/domain';
import { cpuStrategy } from '../strategies/blocked/blocked.probe';
import { portable } from '../strategies/portable';
import type { Strategy } from '../strategies/strategy';
import { webgpu } from '../strategies/webgpu';
import { type Availability, hasGraphicsProcessor, loadTensorflow, providerAvailability } from './availability';
import type { Device } from './device';
import { onnxruntimeDevice } from './onnxruntime.device';
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
    device: () => onnxruntimeDevice('cpu', portable, threads),
  }),
  webgpu: async (threads) => ({
    ...(await providerAvailability('webgpu')),
    device: () => onnxruntimeDevice('webgpu', webgpu, threads),
  }),
  cuda: async (threads) => ({
    ...(await providerAvailability('cuda')),
    device: () => onnxruntimeDevice('cuda', portable, threads),
  }),
  tensorflow: async () => ({ ...(await loadTensorflow()), device: () => tfjsDevice('tensorflow', 'tensorflow') }),
};

/** Accelerators in the order `auto` tries them; WebGPU counts only where there is a graphics processor to run it. */
const accelerators: readonly DeviceName[] = ['cuda', 'webgpu', 'tensorflow'];

/**
 * The device called `name`, or for `auto` the first accelerator that works here, else the processor. Throws
 * InvalidInput, saying why, for a device that does not work here.
 */
export async function chooseDevice(name: DeviceName | 'auto', threads: number): Promise<DeviceChoice> {
  if (name === 'auto') return chooseAutomatically(threads);
  if (!Object.hasOwn(openers, name))
    throw new InvalidInput('device', `there is no '${String(name)}'; choose one of auto, ${deviceNames.join(', ')}`, {
      value: name,
    });
  const { available, reason, device } = await openers[name](threads);
  if (!available)
    throw new InvalidInput('device', `'${name}' cannot be used: ${reason}. Choose auto to take what is there.`, {
      value: name,
    });
  return { device: device(), forward: portable, reason };
}

async function chooseAutomatically(threads: number): Promise<DeviceChoice> {
  const missing: string[] = [];
  for (const name of accelerators) {
    if (name === 'webgpu' && !hasGraphicsProcessor()) missing.push('no graphics processor for webgpu');
    else {
      const { available, reason, device } = await openers[name](threads);
      if (available) return { device: device(), forward: portable, reason };
      missing.push(reason);
    }
  }
  const { device, reason } = await openers.cpu(threads);
  return { device: device(), forward: portable, reason: `${reason} (${missing.join('; ')})` };
}
