import type { DeviceReport } from '@ratchet/engine';
import { rankDevices } from './device.preference';

const report = (name: DeviceReport['name'], more: Partial<DeviceReport> = {}): DeviceReport => ({
  name,
  available: true,
  emulated: false,
  reason: `the ${name}`,
  ...more,
});

describe('what auto takes', () => {
  it('is the fastest, with the others behind it and the speeds as the reason', () => {
    const { devices, device, reason } = rankDevices([
      report('cpu', { imagesPerSecond: 1400 }),
      report('webgpu', { imagesPerSecond: 5200 }),
      report('tensorflow', { imagesPerSecond: 900 }),
    ]);
    expect(devices).toEqual(['webgpu', 'cpu', 'tensorflow']);
    expect(device).toBe('webgpu');
    expect(reason).toBe('the webgpu; images per second on the small CNN: webgpu 5200, cpu 1400, tensorflow 900');
  });

  it('is the processor where the accelerator is slower', () => {
    const reports = [report('cpu', { imagesPerSecond: 1400 }), report('webgpu', { imagesPerSecond: 300 })];
    expect(rankDevices(reports).device).toBe('cpu');
  });

  it('is never a program that plays a graphics processor, nor what a measurement ended', () => {
    const { devices } = rankDevices([
      report('cpu', { imagesPerSecond: 1400 }),
      report('webgpu', { emulated: true }),
      report('cuda', { available: false, reason: 'its process ended with SIGSEGV.' }),
    ]);
    expect(devices).toEqual(['cpu']);
  });

  it('is the processor, too, where not even that could be measured', () => {
    const { device, reason } = rankDevices([report('cuda', { available: false, reason: 'no driver' })]);
    expect(device).toBe('cpu');
    expect(reason).toContain('cuda: no driver');
  });

  it('is not the portable form of the processor: which one is right is decided there', () => {
    const reports = [report('cpu', { imagesPerSecond: 1400 }), report('cpu-portable', { imagesPerSecond: 1500 })];
    expect(rankDevices(reports).devices).toEqual(['cpu']);
  });
});
