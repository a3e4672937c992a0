import path from 'node:path';
import { type Daemon } from './daemon';
import { freePort } from './ports';
import { startPostgres } from './postgres.server';
import { startRedis, stopLeftoverRedis } from './redis.server';
import { lockDirectory } from './stack.lock';
import { loadPorts, loadSecrets, savePorts } from './stack.state';

export interface LocalStackOptions {
  /** Where everything is kept: `var/` of the checkout. */
  readonly directory: string;
  /** What to start; what is given from outside is left out. */
  readonly need: { readonly postgres: boolean; readonly redis: boolean };
  /** Called before a step that takes a moment. */
  readonly onProgress?: (step: string) => void;
}

export interface LocalStack {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly objectsDirectory: string;
  readonly workerToken: string;
  readonly adminPassword: string;
  /** Whether the directory was set up by this start. */
  readonly isNew: boolean;
  /** Rejects, naming the server, when one of them ends before `stop`. */
  readonly failure: Promise<never>;
  /** Stops the servers in order and frees the directory. */
  stop(): Promise<void>;
}

/**
 * The servers a single machine needs, over one directory, for one owner at a time. State survives `stop` and a `kill -9`:
 * what a killed owner left running is stopped first.
 * @throws Conflict when another process runs on the directory, Unavailable with the mend when a server cannot start
 */
export async function startLocalStack({ directory, need, onProgress }: LocalStackOptions): Promise<LocalStack> {
  const unlock = lockDirectory(directory);
  const started: Daemon[] = [];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    for (const daemon of started.splice(0).reverse()) await daemon.stop();
    unlock();
  };
  const failed: Promise<never>[] = [];
  const own = (name: string, daemon: Daemon) => {
    started.push(daemon);
    failed.push(
      daemon.gone.then(() =>
        stopping
          ? new Promise<never>(() => undefined)
          : Promise.reject(new Error(`The embedded ${name} ended by itself; see ${path.join(directory, 'logs')}.`)),
      ),
    );
  };
  try {
    const secrets = loadSecrets(directory);
    const last = loadPorts(directory);
    const logOf = (name: string) => path.join(directory, 'logs', `${name}.log`);
    const startDatabase = async () => {
      onProgress?.('PostgreSQL');
      const server = await startPostgres({
        directory: path.join(directory, 'postgres'),
        password: secrets.databasePassword,
        port: await freePort(last.postgres),
        logFile: logOf('postgres'),
        durable: true,
      });
      own('PostgreSQL', server.daemon);
      return server.createDatabase('ratchet');
    };
    const startQueue = async () => {
      onProgress?.('Redis');
      if (last.redis) await stopLeftoverRedis({ port: last.redis, password: secrets.redisPassword });
      const server = await startRedis({
        directory: path.join(directory, 'redis'),
        password: secrets.redisPassword,
        port: await freePort(last.redis),
        logFile: logOf('redis'),
        durable: true,
      });
      own('Redis', server.daemon);
      return server.url;
    };
    const [database, queue] = await Promise.allSettled([
      need.postgres ? startDatabase() : null,
      need.redis ? startQueue() : null,
    ]);
    if (database.status === 'rejected') throw database.reason;
    if (queue.status === 'rejected') throw queue.reason;
    savePorts(directory, {
      postgres: portOf(database.value) ?? last.postgres,
      redis: portOf(queue.value) ?? last.redis,
    });
    const failure = Promise.race(failed);
    failure.catch(() => undefined); // whoever waits for it hears of it
    return {
      databaseUrl: database.value,
      redisUrl: queue.value,
      objectsDirectory: path.join(directory, 'objects'),
      workerToken: secrets.workerToken,
      adminPassword: secrets.adminPassword,
      isNew: secrets.isNew,
      failure,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const portOf = (url: string | null) => (url ? Number(new URL(url).port) : undefined);
