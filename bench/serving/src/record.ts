import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly loadBefore: number;
  readonly loadAfter: number;
}

/** The machine as it is now; the load after a run is the `loadBefore` of a later call. */
export const machineNow = (): Omit<Machine, 'loadAfter'> => ({
  cpu: os.cpus()[0].model.trim(),
  cores: os.availableParallelism(),
  loadBefore: os.loadavg()[0],
});

export const machineText = (date: string, { cpu, cores, loadBefore, loadAfter }: Machine): string =>
  `${date.slice(0, 10)}, ${cpu}, ${cores} cores; load average ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after.`;

/** Keeps a run's figures beside the bench and puts its table between the README's markers of that name. */
export async function publishSection(name: string, json: string, table: string): Promise<void> {
  const home = path.resolve('bench/serving');
  const file = path.join(home, `${name}.json`);
  await writeFile(file, json);
  await promisify(execFile)('npx', ['prettier', '--write', file]);
  const readme = path.join(home, 'README.md');
  await writeFile(readme, withSection(await readFile(readme, 'utf8'), name, table));
}

/** @throws Error when the text has no such markers */
export function withSection(text: string, name: string, table: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from === -1 || to < from) throw new Error(`The README has no section between ${open} and ${close}.`);
  return `${text.slice(0, from + open.length)}\n\n${table.trim()}\n\n${text.slice(to)}`;
}
