import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { Unavailable } from '@ratchet/domain';
import Redis from 'ioredis';
import { Daemon } from './daemon';

export interface RedisOptions {
  readonly directory: string;
  readonly password: string;
  readonly port: number;
  readonly logFile: string;
  /** Keeps what it holds across restarts, written to disk every second. */
  readonly durable: boolean;
}

export interface RedisServer {
  readonly url: string;
  readonly daemon: Daemon;
}

/** Starts `redis-server` or `valkey-server` from PATH, on 127.0.0.1 only, with a password. */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  fs.mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const url = urlOf(options);
  const config = [
    'bind 127.0.0.1',
    `port ${options.port}`,
    `requirepass ${options.password}`,
    `dir ${JSON.stringify(options.directory)}`,
    'daemonize no',
    'save ""',
    `appendonly ${options.durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    // Jobs must never be evicted to make room.
    'maxmemory-policy noeviction',
  ];
  const daemon = await Daemon.start(
    {
      name: 'Redis',
      command: executable(),
      args: ['-'],
      input: config.join('\n'), // not as arguments, where everybody could read the password
      logFile: options.logFile,
      stopSignals: ['SIGTERM'],
    },
    () => call(url, (redis) => redis.ping()).then(() => undefined),
  );
  return { url, daemon };
}

/** Stops a server left over from a killed owner; only ours knows the password. */
export async function stopLeftoverRedis(options: Pick<RedisOptions, 'port' | 'password'>): Promise<void> {
  await call(urlOf(options), (redis) => redis.shutdown('SAVE')).catch(() => undefined);
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    const answers = await call(urlOf(options), (redis) => redis.ping()).then(
      () => true,
      () => false,
    );
    if (!answers) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const urlOf = ({ port, password }: Pick<RedisOptions, 'port' | 'password'>) => `redis://:${password}@127.0.0.1:${port}`;

async function call<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2000,
    disconnectTimeout: 100,
  });
  redis.on('error', () => undefined); // the call rejects with it
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

function executable(): string {
  const found = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (found) return found;
  throw new Unavailable(
    'Redis',
    'Neither redis-server nor valkey-server is on PATH: run `apt-get install redis-server`, or give REDIS_URL.',
  );
}
