import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DeviceName, DeviceReport } from '@ratchet/engine';
import { InvalidInput } from '@ratchet/domain';
import type { ComputeDescription } from '../child.protocol';
import { TrialChild } from '../trial.child';
import { graphicsCards } from './graphics.cards';

/** Devices to train on, the most wanted first, and why the first of them. */
export interface DevicePreference {
  readonly devices: readonly DeviceName[];
  /** The first of them that works at present. */
  readonly device: DeviceName;
  readonly reason: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** What `auto` chooses from. `cpu` decides for itself whether standard operators are what it must use. */
export const automaticDevices: readonly DeviceName[] = ['cpu', 'cuda', 'webgpu', 'tensorflow'];

/**
 * What this machine trains on: the devices named in `wanted` (`auto`, or names in order, with commas between them) as far as
 * they work here. `auto` measures where there is a choice, once for this machine and these versions, and remembers it
 * in `memory`. Throws InvalidInput, saying why, where none of the named devices works.
 */
export async function preferDevices(wanted: string, memory: string): Promise<DevicePreference> {
  if (wanted === 'auto') return preferFastest(memory);
  const names = wanted.split(',') as DeviceName[];
  const { reports, versions } = await new TrialChild().describe(names);
  const first = reports.find(({ available }) => available);
  if (!first) throw new InvalidInput('RATCHET_DEVICE', refusal(reports), { value: wanted });
  // Those that do not work now may work at a later trial: all stay on the list.
  return { devices: names, device: first.name, reason: first.reason, versions };
}

async function preferFastest(memory: string): Promise<DevicePreference> {
  const { reports, versions } = await describeAll();
  const candidates = reports.filter(({ available, emulated }) => available && !emulated);
  if (candidates.length === 1)
    return { devices: ['cpu'], device: 'cpu', reason: [candidates[0].reason, ...absent(reports)].join('; '), versions };
  const key = fingerprint(candidates, versions);
  const remembered = await recall(memory, key);
  if (remembered) return { ...rankDevices(remembered), versions };
  const measured = await measureDevices(candidates.map(({ name }) => name));
  // A device that failed this time gets another chance at the next start.
  if (measured.every(({ imagesPerSecond }) => imagesPerSecond)) await remember(memory, key, measured);
  return { ...rankDevices(measured), versions };
}

/** A driver that ends the process that asks for it leaves the processor. */
async function describeAll(): Promise<ComputeDescription> {
  try {
    return await new TrialChild().describe(automaticDevices);
  } catch (error) {
    const { reports, versions } = await new TrialChild().describe(['cpu']);
    const reason = `while others were looked for ${(error as Error).message}`;
    return { reports: reports.map((report) => ({ ...report, reason: `${report.reason}; ${reason}` })), versions };
  }
}

/** Each device in a process of its own, one after the other: a driver that crashes takes nobody along. */
export async function measureDevices(
  names: readonly DeviceName[],
  told: (report: DeviceReport) => void = () => undefined,
): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const name of names) {
    const report = await new TrialChild()
      .measure(name, os.availableParallelism())
      .catch((error: Error) => ({ name, available: false, emulated: false, reason: error.message }));
    reports.push(report);
    told(report);
  }
  return reports;
}

/** The measured ones, the fastest first, and the processor in any case. */
export function rankDevices(reports: readonly DeviceReport[]): Omit<DevicePreference, 'versions'> {
  const measured = reports
    .filter(({ name, imagesPerSecond }) => automaticDevices.includes(name) && imagesPerSecond)
    .sort((a, b) => b.imagesPerSecond! - a.imagesPerSecond!);
  if (measured.length === 0)
    return { devices: ['cpu'], device: 'cpu', reason: ['the processor', ...absent(reports)].join('; ') };
  const devices = [...new Set([...measured.map(({ name }) => name), 'cpu' as const])];
  const speeds = measured.map(({ name, imagesPerSecond }) => `${name} ${imagesPerSecond}`).join(', ');
  return {
    devices,
    device: devices[0],
    reason: `${measured[0].reason}; images per second on the small CNN: ${speeds}`,
  };
}

const absent = (reports: readonly DeviceReport[]): string[] =>
  reports
    .filter(({ available, emulated }) => !available || emulated)
    .map(({ name, emulated, reason }) => `${name}: ${emulated ? 'no graphics processor' : reason}`);

const refusal = (reports: readonly DeviceReport[]): string =>
  `${reports.map(({ name, reason, mend }) => `${name} cannot be used: ${reason}${mend ? ` (${mend})` : ''}`).join('; ')}. ` +
  'Set it to auto to take what is there.';

function fingerprint(candidates: readonly DeviceReport[], versions: Readonly<Record<string, string>>): string {
  const machine = [os.cpus()[0].model, os.availableParallelism(), graphicsCards()];
  const devices = candidates.map(({ name, reason }) => [name, reason]);
  return createHash('sha256')
    .update(JSON.stringify([machine, devices, versions]))
    .digest('hex');
}

interface Remembered {
  readonly key: string;
  readonly reports: DeviceReport[];
}

/** Undefined where nothing, something else or nothing readable was kept: it is measured again. */
async function recall(file: string, key: string): Promise<DeviceReport[] | undefined> {
  try {
    const kept = JSON.parse(await fs.readFile(file, 'utf8')) as Remembered;
    return kept.key === key ? kept.reports : undefined;
  } catch {
    return undefined;
  }
}

async function remember(file: string, key: string, reports: DeviceReport[]): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(file, JSON.stringify({ key, reports } satisfies Remembered));
}
