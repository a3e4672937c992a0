import { readlinkSync } from 'node:fs';
import os from 'node:os';

/** Behind the I/O thread, which has to answer heartbeats whatever is computed; before the preparer and every trainer. */
const NICENESS = 5;

/** Lets the calling thread alone step back where cores are short. On Linux only: elsewhere all threads of a process are equal. */
export function stepBack(): void {
  if (process.platform !== 'linux') return;
  const [, , thread] = readlinkSync('/proc/thread-self').split('/');
  os.setPriority(Number(thread), NICENESS);
}
