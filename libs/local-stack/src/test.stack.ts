import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './ports';
import { type PostgresServer, startPostgres } from './postgres.server';
import { startRedis } from './redis.server';

type Service = 'postgres' | 'redis' | 'objects';

export interface TestStack {
  /** An empty database of its own; '' when PostgreSQL was not asked for. */
  readonly databaseUrl: string;
  /** '' when Redis was not asked for. */
  readonly redisUrl: string;
  /** For the directory object store. */
  readonly objectsDirectory: string;
  /** A further empty database on the same server, for a test that wants none but its own rows. */
  createDatabase(): Promise<string>;
  /** Stops the servers and removes all they held. */
  stop(): Promise<void>;
}

/**
 * Real servers for one spec file, with nothing in them and nothing left of them after `stop`: about a second for PostgreSQL,
 * 50 ms for Redis. They give up durability for speed and die with the test process.
 */
export async function startTestStack(need: readonly Service[] = ['postgres', 'redis', 'objects']): Promise<TestStack> {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-test-'));
  await fs.chmod(root, 0o711); // PostgreSQL may run under another account
  const password = randomBytes(12).toString('hex');
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((stopOne) => stopOne()));
    await fs.rm(root, { recursive: true, force: true });
  };
  try {
    let postgres: PostgresServer | null = null;
    if (need.includes('postgres')) {
      postgres = await startPostgres({
        directory: path.join(root, 'postgres'),
        password,
        port: await freePort(),
        logFile: path.join(root, 'postgres.log'),
        durable: false,
      });
      stops.push(() => postgres!.daemon.stop());
    }
    let redisUrl = '';
    if (need.includes('redis')) {
      const redis = await startRedis({
        directory: path.join(root, 'redis'),
        password,
        port: await freePort(),
        logFile: path.join(root, 'redis.log'),
        durable: false,
      });
      stops.push(() => redis.daemon.stop());
      redisUrl = redis.url;
    }
    const createDatabase = () => {
      if (!postgres) throw new Error("This test stack was started without 'postgres'.");
      return postgres.createDatabase(`test_${randomBytes(6).toString('hex')}`);
    };
    return {
      databaseUrl: postgres ? await createDatabase() : '',
      redisUrl,
      objectsDirectory: path.join(root, 'objects'),
      createDatabase,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
