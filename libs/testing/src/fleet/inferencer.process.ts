import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

const ENTRY = path.resolve(__dirname, '../../../../dist/apps/inferencer/src/main.js');
const BUILT_ENTRY = path.resolve(__dirname, '../../../../apps/inferencer/src/main.js');

export interface InferencerOptions {
  readonly name: string;
  readonly apiUrl: string;
  readonly token: string;
  /** Of the directory object store. */
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A real inferencer process, as built into `dist`. */
export class InferencerProcess {
  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
    readonly grpcUrl: string,
    /** What it logged, for messages of failing tests. */
    readonly log: readonly string[],
  ) {}

  /** Resolves once it listens. */
  static async start({ name, apiUrl, token, dataDir, cacheDir, env }: InferencerOptions): Promise<InferencerProcess> {
    const child = fork(__dirname.includes(`${path.sep}dist${path.sep}`) ? BUILT_ENTRY : ENTRY, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        RATCHET_API_URL: apiUrl,
        RATCHET_WORKER_TOKEN: token,
        RATCHET_WORKER_NAME: name,
        RATCHET_DATA_DIR: dataDir,
        RATCHET_CACHE_DIR: cacheDir,
        ...env,
      },
    });
    const log: string[] = [];
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => log.push(chunk.toString()));
    const { url, grpcUrl } = await new Promise<{ url: string; grpcUrl: string }>((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the inferencer ended with ${code}: ${log.join('')}`)));
    });
    return new InferencerProcess(child, url, grpcUrl, log);
  }

  /** Resolves to the exit code, or to the signal's name, once the process is gone. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return this.child.exitCode ?? this.child.signalCode;
    const ended = new Promise<number | string | null>((resolve) =>
      this.child.once('exit', (code, ending) => resolve(code ?? ending)),
    );
    this.child.kill(signal);
    return ended;
  }
}
