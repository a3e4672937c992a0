import path from 'node:path';
import type { Daemon } from './daemon';
import { KeptServer } from './kept.server';
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
  /** Hears in a line what is being started, also again later. */
  readonly onProgress?: (line: string) => void;
}

export interface LocalStack {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly objectsDirectory: string;
  readonly workerToken: string;
  readonly adminPassword: string;
  /** Whether the directory was set up by this start. */
  readonly isNew: boolean;
  /** Rejects when a server that ended by itself could not be started again. */
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
  const kept: KeptServer[] = [];
  const stop = async () => {
    for (const server of kept.splice(0).reverse()) await server.stop();
    unlock();
  };
  const keep = async (name: string, launch: () => Promise<Daemon>) => {
    onProgress?.(`Starting ${name} ...`);
    kept.push(
      await KeptServer.start(name, launch, () => onProgress?.(`${name} ended by itself; starting it again ...`)),
    );
  };
  try {
    const secrets = loadSecrets(directory);
    const last = loadPorts(directory);
    const logOf = (name: string) => path.join(directory, 'logs', `${name}.log`);
    const startDatabase = async () => {
      const port = await freePort(last.postgres);
      const options = {
        directory: path.join(directory, 'postgres'),
        password: secrets.databasePassword,
        port,
        logFile: logOf('postgres'),
        durable: true,
      };
      let url = '';
      await keep('PostgreSQL', async () => {
        const server = await startPostgres(options);
        url = await server.createDatabase('ratchet').catch(async (error: unknown) => {
          await server.daemon.stop();
          throw error;
        });
        return server.daemon;
      });
      return url;
    };
    const startQueue = async () => {
      if (last.redis) await stopLeftoverRedis({ port: last.redis, password: secrets.redisPassword });
      const port = await freePort(last.redis);
      const options = {
        directory: path.join(directory, 'redis'),
        password: secrets.redisPassword,
        port,
        logFile: logOf('redis'),
        durable: true,
      };
      let url = '';
      await keep('Redis', async () => {
        const server = await startRedis(options);
        url = server.url;
        return server.daemon;
      });
      return url;
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
    const failure = Promise.race(kept.map((server) => server.failure));
    failure.catch(() => undefined);
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
