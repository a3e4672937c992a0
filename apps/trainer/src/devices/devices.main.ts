import { deviceNames, type DeviceReport } from '@ratchet/engine';
import { measureDevices, rankDevices } from './device.preference';

const say = (line: string) => void process.stdout.write(`${line}\n`);

function told({ name, available, emulated, reason, mend, imagesPerSecond }: DeviceReport): void {
  const speed = imagesPerSecond ? `${imagesPerSecond} images/s` : emulated ? 'not measured' : '–';
  const text = emulated ? `${reason}, but there is no graphics processor: a program plays one` : reason;
  say(`${name.padEnd(13)} ${(available ? 'yes' : 'no').padEnd(4)} ${speed.padStart(15)}  ${text}`);
  if (mend) say(`${' '.repeat(36)}${mend}`);
}

/** `npm run devices`: what this machine can train on, with a second of training on each. */
async function main(): Promise<void> {
  say(`${'device'.padEnd(13)} ${'here'.padEnd(4)} ${'small CNN'.padStart(15)}`);
  const { devices, reason } = rankDevices(await measureDevices(deviceNames, told));
  say(`\nRATCHET_DEVICE=auto takes ${devices[0]}: ${reason}.`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
