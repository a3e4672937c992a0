import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Conflict, InvalidInput } from '@ratchet/domain';
import Redis from 'ioredis';
import { Client } from 'pg';
import { assertPortFree, freePort, type LocalStack, startLocalStack } from './index';

jest.setTimeout(120_000); // each start flushes a new database to disk

const everything = { postgres: true, redis: true };

describe('the local stack', () => {
  let directory: string;
  const started: { stop(): Promise<void> }[] = [];
  const children: ChildProcess[] = [];
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-stack-'));
    fs.chmodSync(directory, 0o711);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const stack of started.splice(0)) await stack.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  const start = async (need = everything, where = directory) => {
    const stack = await startLocalStack({ directory: where, need });
    started.push(stack);
    return stack;
  };

  const sql = async (stack: Pick<LocalStack, 'databaseUrl'>, text: string) => {
    const client = new Client({ connectionString: stack.databaseUrl! });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };

  const redis = async <T>(stack: Pick<LocalStack, 'redisUrl'>, use: (client: Redis) => Promise<T>) => {
    const client = new Redis(stack.redisUrl!, { retryStrategy: () => null, disconnectTimeout: 100 });
    client.on('error', () => undefined); // the call rejects with it
    try {
      return await use(client);
    } finally {
      client.disconnect();
    }
  };

  /** Processes whose command line or working directory lies in the stack's directory. */
  const processesOf = (where: string) =>
    fs
      .readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return (
            fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(where) ||
            fs.readlinkSync(`/proc/${pid}/cwd`).startsWith(where)
          );
        } catch {
          return false;
        }
      });

  /** Another process that owns a stack on `directory`, told apart from ours by being killed. */
  const startInChild = (environment: NodeJS.ProcessEnv = process.env) =>
    new Promise<{ child: ChildProcess; databaseUrl: string; redisUrl: string }>((resolve, reject) => {
      const script = path.join(directory, 'owner.cjs');
      const built = path.resolve(__dirname, '../../../dist/libs/local-stack/src/index.js');
      fs.writeFileSync(
        script,
        `require(${JSON.stringify(built)}).startLocalStack({ directory: ${JSON.stringify(directory)}, need: { postgres: true, redis: true } })
          .then(({ databaseUrl, redisUrl }) => process.send({ databaseUrl, redisUrl }), (error) => { console.error(error); process.exit(1); });
        setInterval(() => undefined, 1000);`,
      );
      const child = fork(script, { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      children.push(child);
      child.once('message', (urls) => resolve({ child, ...(urls as { databaseUrl: string; redisUrl: string }) }));
      child.once('exit', (code) => reject(new Error(`the owner ended with ${code}`)));
    });

  const kill = (child: ChildProcess) =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });

  it('keeps its state across a restart and leaves nothing running', async () => {
    const first = await start();
    await sql(first, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)');
    await redis(first, (client) => client.set('kept', 'yes'));
    await first.stop();
    expect(processesOf(directory)).toEqual([]);

    const second = await start();
    expect(await sql(second, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    expect(await redis(second, (client) => client.get('kept'))).toBe('yes');
    expect(second.workerToken).toBe(first.workerToken);
    expect(second.databaseUrl).toBe(first.databaseUrl);
  });

  it('generates secrets that only their owner reads, and asks for them', async () => {
    const stack = await start();
    expect(fs.statSync(path.join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(stack.workerToken).toMatch(/^[0-9a-f]{64}$/);
    const open = (url: string) => new URL(Object.assign(new URL(url), { password: 'guess' }).href).href;
    await expect(sql({ databaseUrl: open(stack.databaseUrl!) }, 'SELECT 1')).rejects.toThrow(/password/);
    await expect(redis({ redisUrl: open(stack.redisUrl!) }, (client) => client.ping())).rejects.toThrow(
      /NOAUTH|WRONGPASS/,
    );
  });

  it('says what to do about damaged secrets and leaves the directory free', async () => {
    fs.writeFileSync(path.join(directory, 'secrets.json'), '{"databasePass');
    await expect(start()).rejects.toThrow(InvalidInput);
    fs.rmSync(path.join(directory, 'secrets.json'));
    await expect(start({ postgres: false, redis: true })).resolves.toMatchObject({ databaseUrl: null });
  });

  it('refuses a second owner, naming the first and the way out', async () => {
    await start({ postgres: false, redis: true });
    const second = startLocalStack({ directory, need: everything });
    await expect(second).rejects.toThrow(Conflict);
    await expect(second).rejects.toThrow(new RegExp(`process ${process.pid}.*RATCHET_VAR_DIR`));
  });

  it('says what to do about a directory that is none', async () => {
    const file = path.join(directory, 'a file');
    fs.writeFileSync(file, '');
    await expect(start(everything, file)).rejects.toThrow(/^RATCHET_VAR_DIR: '.*a file' is no directory/);
  });

  it('starts only what is needed', async () => {
    const stack = await start({ postgres: false, redis: false });
    expect(stack).toMatchObject({
      databaseUrl: null,
      redisUrl: null,
      objectsDirectory: path.join(directory, 'objects'),
    });
    expect(processesOf(directory)).toEqual([]);
  });

  it('takes over from an owner that was killed, with everything that was committed', async () => {
    const owner = await startInChild();
    await sql(owner, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
    await kill(owner.child);
    expect(await sql(await start(), 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('takes over servers that outlived their owner, where nothing stops them with it', async () => {
    const bin = path.join(directory, 'bin'); // a PATH without setpriv
    fs.mkdirSync(bin);
    for (const name of ['redis-server', 'valkey-server', 'sh', 'locale']) {
      const found = spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
      if (found) fs.symlinkSync(found, path.join(bin, name));
    }
    const owner = await startInChild({ ...process.env, PATH: bin });
    await sql(owner, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (2)');
    await redis(owner, (client) => client.set('kept', 'yes'));
    await kill(owner.child);
    expect(await sql(owner, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);

    const stack = await start();
    expect(await sql(stack, 'SELECT n FROM kept')).toEqual([{ n: 2 }]);
    expect(await redis(stack, (client) => client.get('kept'))).toBe('yes');
    await stack.stop();
    expect(processesOf(directory)).toEqual([]);
  });

  it('is not misled by a pid file whose number another process has now', async () => {
    const only = { postgres: true, redis: false };
    await (await start(only)).stop();
    fs.writeFileSync(path.join(directory, 'postgres', 'postmaster.pid'), `${process.pid}\n${directory}/postgres\n`);
    fs.writeFileSync(path.join(directory, 'lock.json'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    expect(await sql(await start(only), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('begins anew after a first start that was killed half-way', async () => {
    fs.mkdirSync(path.join(directory, 'postgres.new'));
    fs.writeFileSync(path.join(directory, 'postgres.new', 'PG_VERSION'), '18');
    expect(await sql(await start({ postgres: true, redis: false }), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('runs below a folder closed to others, such as /root', async () => {
    fs.chmodSync(directory, 0o700);
    const stack = await start({ postgres: true, redis: false }, path.join(directory, 'deep', 'var'));
    expect(await sql(stack, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('starts a server again that was killed, at the same address and with what was committed', async () => {
    const stack = await start();
    await sql(stack, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (3)');
    await redis(stack, (client) => client.set('kept', 'yes'));
    const [postmaster] = fs.readFileSync(path.join(directory, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    const redisPid = await redis(stack, async (client) => /process_id:(\d+)/.exec(await client.info('server'))![1]);
    await new Promise((resolve) => setTimeout(resolve, 1100)); // Redis writes to disk every second
    for (const pid of [postmaster, redisPid]) process.kill(Number(pid), 'SIGKILL');
    const answered = async <T>(ask: () => Promise<T>): Promise<T> => ask().catch(() => answered(ask));
    expect(await answered(() => sql(stack, 'SELECT n FROM kept'))).toEqual([{ n: 3 }]);
    expect(await answered(() => redis(stack, (client) => client.get('kept')))).toBe('yes');
    await stack.stop();
    expect(processesOf(directory)).toEqual([]);
  });

  it('tells of a server that cannot be kept running', async () => {
    const stack = await start({ postgres: false, redis: true });
    const port = Number(new URL(stack.redisUrl!).port);
    // Killed again and again until it is given up.
    let given = false;
    stack.failure.catch(() => (given = true));
    while (!given) {
      const pid = await redis(stack, async (client) => /process_id:(\d+)/.exec(await client.info('server'))![1]).catch(
        () => null,
      );
      if (pid) process.kill(Number(pid), 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect(stack.failure).rejects.toThrow(/embedded Redis/);
    expect(await freePort(port)).toBe(port);
  });
});

describe('ports', () => {
  it('names a taken port and the mend', async () => {
    const port = await freePort();
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(assertPortFree('127.0.0.1', port, 'give --api-port')).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken by another process: give --api-port.`,
    );
    expect(await freePort(port)).not.toBe(port);
    await new Promise((resolve) => server.close(resolve));
    await expect(assertPortFree('127.0.0.1', port, 'give --api-port')).resolves.toBeUndefined();
    expect(await freePort(port)).toBe(port);
  });
});
