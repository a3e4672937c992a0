import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Unavailable } from '@ratchet/domain';
import { canReach, type ServiceAccount } from './service.account';

export interface DaemonOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  readonly account?: ServiceAccount | null;
  /** Folders the account must reach. */
  readonly reach?: readonly string[];
  /** The signals of an orderly stop, from polite to certain, each given `graceMs`. */
  readonly stopSignals: readonly NodeJS.Signals[];
}

const LOG_LIMIT = 10 * 2 ** 20;
const GRACE_MS = 20_000;

/** A server process that this one owns: it stops with it, even when this one is killed (where `setpriv` is at hand). */
export class Daemon {
  /** Resolves when the process is gone, however it went. */
  readonly gone: Promise<void>;
  private exited = false;

  private constructor(
    private readonly options: DaemonOptions,
    private readonly child: ChildProcess,
    private readonly logStart: number,
  ) {
    this.gone = new Promise((resolve) => {
      const end = () => {
        this.exited = true;
        resolve();
      };
      child.once('exit', end);
      child.once('error', end);
    });
  }

  /** Starts the process and waits until `probe` resolves. @throws Unavailable with the end of its log when it dies before that */
  static async start(options: DaemonOptions, probe: () => Promise<void>, timeoutMs = 60_000): Promise<Daemon> {
    fs.mkdirSync(path.dirname(options.logFile), { recursive: true });
    const size = fs.statSync(options.logFile, { throwIfNoEntry: false })?.size ?? 0;
    if (size > LOG_LIMIT) fs.renameSync(options.logFile, `${options.logFile}.1`);
    const log = fs.openSync(options.logFile, 'a', 0o640);
    try {
      const [command, args, ids] = asOwned(options);
      const child = spawn(command, args, {
        ...ids,
        cwd: '/',
        detached: true, // Ctrl-C on a terminal is for the owner, who stops its servers in order
        env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
        stdio: [options.input === undefined ? 'ignore' : 'pipe', log, log],
      });
      child.stdin?.on('error', () => undefined); // its death is told by `gone`
      child.stdin?.end(options.input);
      const daemon = new Daemon(options, child, size > LOG_LIMIT ? 0 : size);
      await daemon.ready(probe, timeoutMs);
      return daemon;
    } finally {
      fs.closeSync(log);
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async stop(): Promise<void> {
    for (const signal of [...this.options.stopSignals, 'SIGKILL'] as const) {
      if (this.exited) return;
      this.child.kill(signal);
      const timer = new Promise<void>((resolve) => setTimeout(resolve, GRACE_MS).unref());
      await Promise.race([this.gone, timer]);
    }
  }

  private async ready(probe: () => Promise<void>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      if (this.exited) throw this.failure('ended before it was ready');
      try {
        return await probe();
      } catch (error) {
        if (Date.now() > deadline) {
          this.child.kill('SIGKILL');
          throw this.failure(
            `was not ready within ${timeoutMs} ms (${error instanceof Error ? error.message : String(error)})`,
          );
        }
      }
      await Promise.race([this.gone, new Promise((resolve) => setTimeout(resolve, 30))]);
    }
  }

  private failure(what: string): Unavailable {
    const tail = fs
      .readFileSync(this.options.logFile)
      .subarray(this.logStart)
      .toString()
      .trim()
      .split('\n')
      .slice(-8)
      .join('\n');
    return new Unavailable(`The embedded ${this.options.name}`, `It ${what}; ${this.options.logFile} says:\n${tail}`);
  }
}

/**
 * Where Linux's `setpriv` is at hand the process is told to stop when its parent dies, and may run under another account
 * though that account cannot reach the folders it needs, such as those below /root.
 */
function asOwned(options: DaemonOptions): [string, string[], Partial<ServiceAccount>] {
  const { account, command, args } = options;
  if (!hasSetpriv()) return [command, [...args], account ?? {}];
  const flags = ['--pdeathsig', options.stopSignals[0].slice(3)];
  if (account) flags.push('--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups');
  if (account && !(options.reach ?? []).every((folder) => canReach(account, folder))) {
    const capability = bypass();
    if (capability) flags.push('--inh-caps', `+${capability}`, '--ambient-caps', `+${capability}`);
  }
  return ['setpriv', [...flags, command, ...args], {}];
}

let setpriv: boolean | null = null;
function hasSetpriv(): boolean {
  setpriv ??= process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;
  return setpriv;
}

/** The smallest right to pass through closed folders that this process can lend. */
function bypass(): string | null {
  const works = (name: string) =>
    spawnSync('setpriv', ['--inh-caps', `+${name}`, '--ambient-caps', `+${name}`, 'true']).status === 0;
  return ['dac_read_search', 'dac_override'].find(works) ?? null;
}

/** Runs a tool of the same account to its end. @throws Unavailable with what it said */
export function runAs(
  account: ServiceAccount | null,
  command: string,
  args: readonly string[],
  reach: readonly string[],
): void {
  const [executable, all, ids] = asOwned({
    name: command,
    command,
    args,
    logFile: '',
    account,
    reach,
    stopSignals: ['SIGTERM'],
  });
  const ran = spawnSync(executable, all, {
    ...ids,
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    encoding: 'utf8',
  });
  if (ran.status !== 0)
    throw new Unavailable(
      `The embedded PostgreSQL`,
      `${path.basename(command)} failed: ${(ran.stderr || String(ran.error)).trim()}`,
    );
}

export const commandLineOf = (pid: number): string | null => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    const listed = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return listed.status === 0 ? listed.stdout : null;
  }
};
