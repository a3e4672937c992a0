import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { ApiProblem, type Problem, RatchetClient } from '@ratchet/contracts';

const built = __dirname.includes(`${path.sep}dist${path.sep}`);
const ENTRY = path.resolve(__dirname, built ? '../../../..' : '../../../../dist', 'apps/api/src/main.js');

export interface ApiOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly objectsDirectory: string;
  /** Further variables; also what replaces those above. */
  readonly env?: Readonly<Record<string, string>>;
}

export const apiAdmin = { email: 'admin@ratchet.local', password: 'correct horse battery' } as const;
export const apiWorkerToken = 'a-token-for-workers-in-tests';

/** A real API process, as built into `dist`, on a free port, with an administrator and an API key of that role. */
export class ApiProcess {
  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
    readonly grpcUrl: string,
    /** With an administrator's API key. */
    readonly client: RatchetClient,
    /** What it wrote, for messages of failing tests. */
    readonly log: readonly string[],
  ) {}

  /** Resolves once it answers. */
  static async start(options: ApiOptions): Promise<ApiProcess> {
    const { child, url, grpcUrl, log } = await forkApi(options);
    const cookie = await signIn(url, apiAdmin.email, apiAdmin.password);
    const bySession = new RatchetClient(url, { cookie });
    const response = await bySession.send('POST', '/api/api-keys', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'tests', role: 'admin' }),
    });
    const { key } = (await response.json()) as { key: string };
    return new ApiProcess(child, url, grpcUrl, RatchetClient.withApiKey(url, key), log);
  }

  /** A client with the session of a user. */
  async asUser(email: string, password: string): Promise<RatchetClient> {
    return new RatchetClient(this.url, { cookie: await signIn(this.url, email, password) });
  }

  /** Resolves to the exit code, or to the signal's name, once the process is gone. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
    const ended = new Promise<number | string | null>((resolve) =>
      child.once('exit', (code, ending) => resolve(code ?? ending)),
    );
    child.kill(signal);
    return ended;
  }
}

/** The bare process, before anybody signed in. Resolves once it answers. */
export async function forkApi({ databaseUrl, redisUrl, objectsDirectory, env }: ApiOptions) {
  const child = fork(ENTRY, [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      RATCHET_DATA_DIR: objectsDirectory,
      RATCHET_API_PORT: '0',
      RATCHET_WORKER_TOKEN: apiWorkerToken,
      RATCHET_ADMIN_PASSWORD: apiAdmin.password,
      RATCHET_LOG_LEVEL: 'warn',
      ...env,
    },
  });
  const log: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const { url, grpcUrl } = await new Promise<{ url: string; grpcUrl: string }>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the API ended with ${code}: ${log.join('')}`)));
  });
  return { child, url, grpcUrl, log };
}

/** @returns the cookie to send */
export async function signIn(url: string, email: string, password: string): Promise<string> {
  const client = new RatchetClient(url, {});
  const response = await client.send('POST', '/api/session', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return response.headers.getSetCookie()[0].split(';')[0];
}

/** What the API answered to a call that it must refuse. @throws Error when it did not refuse */
export async function refusalOf(call: Promise<unknown>): Promise<Problem & { readonly status: number }> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiProblem)) throw new Error(`expected a refusal, got ${String(error)}`, { cause: error });
  return { status: error.status, ...error.problem };
}
