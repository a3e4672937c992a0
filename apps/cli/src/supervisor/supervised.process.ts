import { type ChildProcess, fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { RatchetError } from '@ratchet/domain';
import { z } from 'zod';

export interface ProcessPlan {
  readonly name: string;
  /** The built entry point. */
  readonly script: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
}

export interface ProcessObserver {
  /** A process came up, or came up again. */
  onReady(name: string, pid: number): void;
  /** A process that was up ended unasked and is started again in `restartMs`. */
  onCrash(name: string, how: string, logTail: string, restartMs: number): void;
}

/** What a process tells its supervisor over IPC once it does its work. */
const readyMessage = z.object({ type: z.literal('ready'), url: z.string().optional() });

const READY_MS = 180_000;
const LOG_LIMIT = 20 * 2 ** 20;
const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 30_000;
/** A process that ran this long is given the shortest delay again. */
const SETTLED_MS = 60_000;

/**
 * One process of Ratchet, kept running: restarted with growing delays when it ends unasked. It is told to stop by SIGTERM, and
 * ends by itself when its IPC channel closes, so that it does not outlive this process even when that is killed.
 */
export class SupervisedProcess {
  private child: ChildProcess | null = null;
  private stopping = false;
  /** Before the first time an end is a failed start, reported and not repeated. */
  private wasReady = false;
  private delayMs = FIRST_DELAY_MS;
  private restart: NodeJS.Timeout | undefined;

  constructor(
    readonly plan: ProcessPlan,
    private readonly observer: ProcessObserver,
  ) {}

  /** Resolves when the process is ready for the first time. @throws RatchetError with the end of its log when it ends before that */
  start(): Promise<{ url?: string }> {
    return new Promise((resolve, reject) =>
      this.spawn((ready) => {
        this.wasReady = true;
        resolve(ready);
      }, reject),
    );
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Asks the process to stop and kills it after `graceMs`. It is not started again. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const child = this.child;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(timer);
  }

  private spawn(resolve: (ready: { url?: string }) => void, reject: (error: Error) => void): void {
    const { name, script, environment, logFile } = this.plan;
    const log = openLog(logFile);
    const logStart = fs.fstatSync(log).size;
    // In a group of its own: Ctrl-C on a terminal is for the supervisor, who stops its processes in order.
    const child = fork(script, { env: environment, stdio: ['ignore', log, log, 'ipc'], detached: true });
    fs.closeSync(log);
    this.child = child;
    const startedAt = Date.now();
    let ready = false;
    const overdue = setTimeout(() => child.kill('SIGKILL'), READY_MS);
    child.on('message', (message) => {
      const parsed = readyMessage.safeParse(message);
      if (!parsed.success || ready) return;
      ready = true;
      clearTimeout(overdue);
      this.observer.onReady(name, child.pid!);
      resolve({ url: parsed.data.url });
    });
    child.once('error', () => undefined); // told by exit as well
    child.once('exit', (code, signal) => {
      clearTimeout(overdue);
      this.child = null;
      if (this.stopping) return;
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      const tail = tailOf(logFile, logStart);
      if (!this.wasReady)
        return reject(
          new RatchetError('process_failed', `${name} ${how} before it was ready; ${logFile} says:\n${tail}`),
        );
      if (Date.now() - startedAt > SETTLED_MS) this.delayMs = FIRST_DELAY_MS;
      this.observer.onCrash(name, how, tail, this.delayMs);
      this.restart = setTimeout(
        () =>
          this.spawn(
            () => undefined,
            () => undefined,
          ),
        this.delayMs,
      );
      this.delayMs = Math.min(this.delayMs * 2, LAST_DELAY_MS);
    });
  }
}

function openLog(file: string): number {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT) fs.renameSync(file, `${file}.1`);
  return fs.openSync(file, 'a', 0o640);
}

function tailOf(file: string, from: number): string {
  return fs.readFileSync(file).subarray(from).toString().trim().split('\n').slice(-12).join('\n');
}
