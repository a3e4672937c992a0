import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100; // of Linux's /proc, whatever the kernel's own

/**
 * Seconds of processor time, user and system, that a process, those of its group and all they started have used so far,
 * as far as they live. Unlike throughput, what a request costs in these hardly depends on what else the machine does.
 */
export function cpuSeconds(leader: number): number {
  const processes = new Map(
    readdirSync('/proc').flatMap((entry) => {
      if (!/^\d+$/.test(entry)) return [];
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // after the name, which may hold anything
        const [parent, group, ticks] = [Number(fields[1]), Number(fields[2]), Number(fields[11]) + Number(fields[12])];
        return [[Number(entry), { parent, group, ticks }] as const];
      } catch {
        return []; // it ended meanwhile
      }
    }),
  );
  const belongs = (id: number): boolean => {
    const found = processes.get(id);
    return found !== undefined && (id === leader || found.group === leader || belongs(found.parent));
  };
  const own = [...processes].filter(([id]) => belongs(id));
  return own.reduce((sum, [, { ticks }]) => sum + ticks, 0) / TICKS_PER_SECOND;
}
