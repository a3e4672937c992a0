import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100; // of Linux's /proc, whatever the kernel's own

/**
 * Seconds of processor time, user and system, that a process and those of its group have used so far. Unlike
 * throughput, what a request costs in these hardly depends on what else the machine does.
 */
export function cpuSeconds(leader: number): number {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // after the name, which may hold anything
      const group = Number(fields[2]);
      if (Number(entry) === leader || group === leader) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      continue; // it ended meanwhile
    }
  }
  return ticks / TICKS_PER_SECOND;
}
