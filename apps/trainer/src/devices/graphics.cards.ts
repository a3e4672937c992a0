import fs from 'node:fs';
import path from 'node:path';

const DEVICES = '/sys/bus/pci/devices';
/** First byte of a PCI device's class. */
const DISPLAY = '0x03';

/** PCI maker and model of each graphics card, such as `10de:2330`; empty where the system does not tell. */
export function graphicsCards(): string[] {
  const read = (device: string, what: string) => fs.readFileSync(path.join(DEVICES, device, what), 'utf8').trim();
  try {
    return fs
      .readdirSync(DEVICES)
      .filter((device) => read(device, 'class').startsWith(DISPLAY))
      .map((device) => `${read(device, 'vendor').slice(2)}:${read(device, 'device').slice(2)}`)
      .sort();
  } catch {
    return [];
  }
}
