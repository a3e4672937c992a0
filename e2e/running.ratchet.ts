import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoSummary, RatchetClient, type DemoSummary } from '@ratchet/contracts';

const root = resolve(__dirname, '..');

/** The supervisor as `npm start` runs it, over a directory of its own, on a free port. */
export class RunningRatchet {
  readonly directory = mkdtempSync(join(tmpdir(), 'ratchet-e2e-'));
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private output = '';

  constructor(...args: string[]) {
    this.child = fork(join(root, 'dist/apps/cli/src/main.js'), ['start', '--api-port', '0', ...args], {
      cwd: root,
      env: { ...process.env, RATCHET_VAR_DIR: this.directory },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.exited = new Promise((done) => this.child.once('exit', (code) => done(code)));
  }

  /** What it has printed so far, for the message of a failed expectation. */
  get said(): string {
    return this.output;
  }

  /** Address of the API once everything is up. */
  async url(): Promise<string> {
    return this.when('the platform to be up', () => this.state()?.url ?? null);
  }

  /** A client signed in as the administrator. */
  async administrator(): Promise<RatchetClient> {
    const url = await this.url();
    const answer = await new RatchetClient(url, {}).send('POST', '/api/session', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'admin@ratchet.local', password: this.adminPassword() }),
    });
    return new RatchetClient(url, { cookie: answer.headers.getSetCookie()[0].split(';')[0] });
  }

  /** Process ids by name, as the supervisor keeps them. */
  processes(): Record<string, number> {
    const { processes = {} } = this.state() ?? {};
    return Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, pid]));
  }

  adminPassword(): string {
    return (JSON.parse(readFileSync(join(this.directory, 'secrets.json'), 'utf8')) as { adminPassword: string })
      .adminPassword;
  }

  summary(): DemoSummary {
    return demoSummary.parse(JSON.parse(readFileSync(join(this.directory, 'demo-summary.json'), 'utf8')));
  }

  /** Polls until `ask` answers; fails with what was printed when the supervisor ends first. */
  async when<T>(what: string, ask: () => T | null | Promise<T | null>, withinMs = 180_000): Promise<T> {
    const end = Date.now() + withinMs;
    for (;;) {
      const answer = await ask();
      if (answer !== null) return answer;
      if (this.child.exitCode !== null || Date.now() > end)
        throw new Error(`Waited for ${what} in vain. It printed:\n${this.output.slice(-4000)}`);
      await sleep(100);
    }
  }

  /** Ctrl-C. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null) this.child.kill('SIGINT');
    const code = await this.exited;
    rmSync(this.directory, { recursive: true, force: true });
    return code;
  }

  private state(): { url: string; processes: Record<string, { pid: number }> } | null {
    try {
      return JSON.parse(readFileSync(join(this.directory, 'processes.json'), 'utf8'));
    } catch {
      return null; // not written yet
    }
  }
}

/** Direct children of a process, from /proc. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        // The parent is the second field after the command's closing parenthesis.
        return Number(readFileSync(`/proc/${candidate}/stat`, 'utf8').split(') ').pop()?.split(' ')[1]) === pid;
      } catch {
        return false; // it ended meanwhile
      }
    });
}
