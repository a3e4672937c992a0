import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource, openDatabase } from '@ratchet/database';
import type { ObjectStore } from '@ratchet/domain';
import { freePort, startPostgres, startRedis } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import { ApiProcess, apiWorkerToken, cachedMinio, forkApi, InferencerProcess, spawnMinio } from '@ratchet/testing';

/** Two ways to be away: gone, with refused connections, or silent, with connections that nobody answers. */
export type Cut = 'kill' | 'freeze';

/** A server that can be taken away and brought back at the same address. */
export interface CuttableServer {
  readonly name: string;
  cut(how: Cut): Promise<void>;
  /** Resolves when it answers again. */
  restore(): Promise<void>;
}

const RESTART_MS = 60_000;

/** Every process of Ratchet that serves, and every server behind them, each as real as in production. */
export class LiveStack {
  private readonly ends: (() => Promise<unknown>)[] = [];
  readonly servers: CuttableServer[] = [];
  readonly fleet: InferencerProcess[] = [];
  api!: ApiProcess;
  database!: DataSource;
  store!: ObjectStore;
  storeKind!: string;
  /** Environment of the API, and of whatever else needs the servers. */
  env!: Record<string, string>;

  private constructor(private readonly directory: string) {}

  static async start(inferencers = 2): Promise<LiveStack> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'bench-stack-'));
    const stack = new LiveStack(directory);
    try {
      await stack.launch(inferencers);
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const end of this.ends.splice(0).reverse()) await end();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async launch(inferencers: number): Promise<void> {
    const at = (name: string) => path.join(this.directory, name);
    await chmod(this.directory, 0o711); // PostgreSQL may run under another account
    const [postgresPort, redisPort, minioPort, consolePort, apiPort, rpcPort] = await Promise.all(
      Array.from({ length: 6 }, () => freePort()),
    );

    const options = { password: 'bench', durable: true };
    const postgres = () =>
      startPostgres({ ...options, directory: at('postgres'), port: postgresPort, logFile: at('postgres.log') });
    const unprepared = await postgres();
    const databaseUrl = await unprepared.createDatabase('ratchet');
    const administrator = await openDatabase(databaseUrl);
    await administrator.query('ALTER SYSTEM SET track_commit_timestamp = on'); // it takes a restart
    await administrator.destroy();
    await unprepared.daemon.stop();
    const first = await postgres();
    this.keep('PostgreSQL', first.daemon, async () => (await postgres()).daemon);
    const redis = () => startRedis({ ...options, directory: at('redis'), port: redisPort, logFile: at('redis.log') });
    const { url: redisUrl, daemon } = await redis();
    this.keep('Redis', daemon, async () => (await redis()).daemon);

    const objects = await this.startStore(at('objects'), minioPort, consolePort);
    this.env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...objects };
    const env = { ...objects, RATCHET_API_PORT: String(apiPort), RATCHET_API_GRPC_PORT: String(rpcPort) };
    const api = { databaseUrl, redisUrl, objectsDirectory: at('objects'), env };
    this.api = await ApiProcess.start(api);
    this.keep('API', processOf(this.api.child), async () => processOf((await forkApi(api)).child));

    this.database = await openDatabase(databaseUrl, { poolSize: 4 });
    this.ends.push(() => this.database.destroy());
    const start = (i: number) =>
      InferencerProcess.start({
        name: `bench-${i}`,
        apiUrl: `http://127.0.0.1:${apiPort}`,
        token: apiWorkerToken,
        dataDir: at('objects'),
        cacheDir: at('cache'),
        env: { RATCHET_LOG_LEVEL: 'error', ...objects },
      });
    this.fleet.push(...(await Promise.all(Array.from({ length: inferencers }, (_, i) => start(i)))));
    for (const inferencer of this.fleet) this.ends.push(() => inferencer.end('SIGKILL'));
  }

  /** MinIO where it is at hand, else a directory, which only a kill can cut: its files are then out of reach. */
  private async startStore(directory: string, port: number, consolePort: number): Promise<Record<string, string>> {
    const { binary, missing } = cachedMinio();
    if (!binary) {
      console.warn(`*** No S3 server: the object store is a directory and is not cut. ${missing} ***`);
      this.storeKind = 'directory';
      this.store = openObjectStore({ kind: 'directory', directory });
      return { RATCHET_DATA_DIR: directory };
    }
    const launch = async () => {
      const minio = spawnMinio(binary, directory, port, consolePort);
      const answers = () => this.store.check();
      this.store ??= openObjectStore({ kind: 's3', ...minio.settings });
      await persist('MinIO', answers);
      return { ...minio, pid: minio.child.pid };
    };
    this.storeKind = 'MinIO';
    const minio = await launch();
    this.keep('object store', minio, launch);
    const { endpoint, accessKey, secretKey, bucket, region } = minio.settings;
    return {
      S3_ENDPOINT: endpoint,
      S3_ACCESS_KEY: accessKey,
      S3_SECRET_KEY: secretKey,
      S3_BUCKET: bucket,
      S3_REGION: region,
    };
  }

  private keep(name: string, first: RunningServer, launch: () => Promise<RunningServer>): void {
    let running = first;
    let frozen: number[] = [];
    this.servers.push({
      name,
      cut: async (how) => {
        if (how === 'freeze') {
          frozen = familyOf(running.pid!);
          for (const pid of frozen) process.kill(pid, 'SIGSTOP');
          return;
        }
        process.kill(running.pid!, 'SIGKILL');
        await running.gone;
      },
      restore: async () => {
        if (frozen.length === 0) running = await persist(name, launch);
        for (const pid of frozen.splice(0).reverse()) process.kill(pid, 'SIGCONT');
      },
    });
    this.ends.push(async () => {
      if (running.pid === undefined) return;
      try {
        process.kill(running.pid, 'SIGKILL');
      } catch {
        return; // gone already
      }
      await running.gone;
    });
  }
}

interface RunningServer {
  readonly pid: number | undefined;
  readonly gone: Promise<unknown>;
}

const processOf = (child: ApiProcess['child']): RunningServer => ({
  pid: child.pid,
  gone: new Promise((resolve) => child.once('exit', resolve)),
});

/** What a killed server leaves, such as its own children, may keep the next one from starting for a moment. */
async function persist<T>(name: string, attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + RESTART_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > until) throw new Error(`${name} does not come up`, { cause: error });
      await delay(100);
    }
  }
}

/** A process and all below it. */
function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      continue; // it ended meanwhile
    }
  }
  const family = [root];
  for (const member of family) for (const [pid, parent] of parents) if (parent === member) family.push(pid);
  return family;
}
