import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { WorkerLine } from './worker.protocol';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves with the line for which `wanted` holds; rejects when the process ends without one. */
  line(wanted: (line: WorkerLine) => boolean): Promise<WorkerLine>;
  /** All lines, once the process has ended well. Rejects with the end of its complaints otherwise. */
  readonly done: Promise<WorkerLine[]>;
}

/** Starts a worker; lines that are not JSON are other libraries' chatter. Killed after `limitMs`. */
export function start({ file, args, env }: Command, limitMs = 240_000): Running {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: WorkerLine[] = [];
  const waiting: ((line: WorkerLine) => void)[] = [];
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => (complaints = (complaints + data.toString()).slice(-2000)));
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as WorkerLine;
    lines.push(line);
    waiting.forEach((tell) => tell(line));
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const done = new Promise<WorkerLine[]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(lines);
      else reject(new Error(`${file} ${args.join(' ')} ended with ${signal ?? code}: ${complaints.trim()}`));
    });
  });
  const line = (wanted: (line: WorkerLine) => boolean) =>
    Promise.race([
      new Promise<WorkerLine>((resolve) => waiting.push((found) => wanted(found) && resolve(found))),
      done.then(() => Promise.reject(new Error(`${file} ended before it was ready`))),
    ]);
  return { child, line, done };
}
