import os from 'node:os';
import { loadConfig } from '@ratchet/config';
import { measureDevice, reportDevice, versions, type DeviceName, type DeviceReport } from '@ratchet/engine';
import { openObjectStore } from '@ratchet/object-store';
import type { ComputeDescription, RunOrder } from './child.protocol';
import { endingOf } from './training/failure';
import { ParentLine } from './training/parent.line';
import { TrainingRun } from './training/training.run';

// A process of its own for the native computing of one trial: whatever blocks, leaks or crashes here, the trainer's
// heartbeats and leases go on. It never sees the database, and serving goes before it on the processor.
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
process.on('SIGINT', () => undefined); // a terminal's Ctrl-C reaches the whole group; the trainer decides

const parent = new ParentLine();

async function run(order: RunOrder): Promise<void> {
  let training: TrainingRun | null = null;
  try {
    training = new TrainingRun(order, openObjectStore(loadConfig(['objectStore']).objectStore), parent);
    parent.end(await training.run());
  } catch (error) {
    const ending = endingOf(error, training?.step ?? 0);
    parent.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
    parent.end(ending);
  }
}

async function describe(devices: readonly DeviceName[]): Promise<ComputeDescription> {
  const reports: DeviceReport[] = [];
  for (const name of devices) reports.push(await reportDevice(name));
  return { reports, versions: { ...versions } };
}

parent.open({ run: (order) => void run(order), describe, measure: measureDevice });
