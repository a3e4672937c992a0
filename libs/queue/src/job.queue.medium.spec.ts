import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { JobPayload } from '@ratchet/contracts';
import { InvalidInput, Unavailable } from '@ratchet/domain';
import { freePort, startTestStack, type TestStack } from '@ratchet/local-stack';
import Redis from 'ioredis';
import { type JobQueue, openQueue, type QueueOptions } from './index';

type Trials = JobQueue<'trials'>;

describe('the job queue', () => {
  let stack: TestStack;
  const queues: Trials[] = [];
  beforeAll(async () => {
    stack = await startTestStack(['redis']);
  });
  afterAll(() => stack.stop());
  beforeEach(async () => {
    const redis = new Redis(stack.redisUrl, { disconnectTimeout: 100 });
    await redis.flushall();
    redis.disconnect();
  });
  afterEach(async () => {
    for (const queue of queues.splice(0)) await queue.close({ graceMs: 0 });
  });

  const open = (options: QueueOptions = {}, url = stack.redisUrl) => {
    const queue = openQueue(url, 'trials', options);
    queues.push(queue);
    return queue;
  };

  /** Handles jobs of `queue`, noting whom it saw; `until(n)` waits for the nth. */
  const consume = (
    queue: Trials,
    work: (payload: JobPayload<'trials'>, signal: AbortSignal) => Promise<void> = async () => undefined,
  ) => {
    const seen: string[] = [];
    let wake: () => void = () => undefined;
    queue.process(
      async (payload, signal) => {
        seen.push(payload.trialId);
        wake();
        await work(payload, signal);
      },
      { concurrency: 2 },
    );
    const until = async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return seen;
    };
    return { seen, until };
  };

  const settled = async (queue: Trials) => {
    for (;;) {
      const { waiting, active } = await queue.counts();
      if (waiting + active === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('brings a job to a consumer once', async () => {
    const [api, trainer, trialId] = [open(), open(), randomUUID()];
    const { until, seen } = consume(trainer);
    await api.enqueue({ trialId });
    await until(1);
    await settled(api);
    expect(seen).toEqual([trialId]);
  });

  it('keeps one job a thing while it waits, and takes it again once it is through', async () => {
    const [api, trialId] = [open(), randomUUID()];
    await Promise.all(Array.from({ length: 20 }, () => api.enqueue({ trialId })));
    expect(await api.counts()).toEqual({ waiting: 1, active: 0 });
    const { until, seen } = consume(open());
    await until(1);
    await settled(api);
    await api.enqueue({ trialId });
    await until(2);
    await settled(api);
    expect(seen).toEqual([trialId, trialId]);
  });

  it('does not ring a second time for a job that runs', async () => {
    const [api, trialId] = [open(), randomUUID()];
    let finish: () => void = () => undefined;
    const { until, seen } = consume(open(), () => new Promise((resolve) => (finish = resolve)));
    await api.enqueue({ trialId });
    await until(1);
    await api.enqueueAll([{ trialId }]);
    expect(await api.counts()).toEqual({ waiting: 0, active: 1 });
    finish();
    await settled(api);
    expect(seen).toEqual([trialId]);
  });

  it('shares jobs among consumers and loses none', async () => {
    const ids = Array.from({ length: 60 }, () => randomUUID());
    const [a, b] = [consume(open()), consume(open())];
    const api = open();
    await api.enqueueAll(ids.map((trialId) => ({ trialId })));
    await settled(api);
    expect([...a.seen, ...b.seen].sort()).toEqual([...ids].sort());
  });

  it('runs no more at once than asked for', async () => {
    let [now, most] = [0, 0];
    const { until } = consume(open(), async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
    });
    const api = open();
    await api.enqueueAll(Array.from({ length: 12 }, () => ({ trialId: randomUUID() })));
    await until(12);
    await settled(api);
    expect(most).toBe(2);
  });

  it('ends the job of a handler that fails, tells of it and goes on', async () => {
    const errors: string[] = [];
    const api = open();
    const { until } = consume(open({ onError: (error) => errors.push(error.message) }), async () => {
      throw new Error('the trial failed');
    });
    await api.enqueueAll([{ trialId: randomUUID() }, { trialId: randomUUID() }]);
    await until(2);
    await settled(api);
    expect(errors).toEqual(['the trial failed', 'the trial failed']);
  });

  it('leaves nothing in Redis of the jobs that are through', async () => {
    const api = open();
    consume(open());
    await api.enqueueAll(Array.from({ length: 10 }, () => ({ trialId: randomUUID() })));
    await settled(api);
    const redis = new Redis(stack.redisUrl, { disconnectTimeout: 100 });
    expect((await redis.keys('ratchet:trials:*')).filter((key) => /[0-9a-f]{8}-/.test(key))).toEqual([]);
    redis.disconnect();
  });

  it('takes back a job that waits, not one that runs', async () => {
    const [api, waiting, running] = [open(), randomUUID(), randomUUID()];
    await api.enqueue({ trialId: waiting });
    expect(await api.withdraw(waiting)).toBe(true);
    expect(await api.withdraw(waiting)).toBe(false);
    let finish: () => void = () => undefined;
    const { until, seen } = consume(open(), () => new Promise((resolve) => (finish = resolve)));
    await api.enqueue({ trialId: running });
    await until(1);
    expect(await api.withdraw(running)).toBe(false);
    finish();
    await settled(api);
    expect(seen).toEqual([running]);
  });

  it('refuses payloads that are too large or of another shape', async () => {
    const api = open();
    await expect(api.enqueue({ trialId: 'x'.repeat(9000) })).rejects.toThrow(
      /9014 bytes, the limit is 8192.*send their id/,
    );
    await expect(api.enqueue({ trialId: 'not-an-id' })).rejects.toThrow(InvalidInput);
    await expect(api.enqueue({ trialId: randomUUID(), model: 'AAAA' } as never)).rejects.toThrow(InvalidInput);
    expect(await api.counts()).toEqual({ waiting: 0, active: 0 });
  });

  describe('closing', () => {
    it('aborts the running handler, waits for it and takes no further job', async () => {
      const [api, trainer] = [open(), open()];
      let ended = false;
      const { until, seen } = consume(trainer, async (_payload, signal) => {
        await once(signal, 'abort');
        await new Promise((resolve) => setTimeout(resolve, 50));
        ended = true;
      });
      await api.enqueueAll(Array.from({ length: 3 }, () => ({ trialId: randomUUID() })));
      await until(2);
      await trainer.close();
      expect(ended).toBe(true);
      expect(seen).toHaveLength(2);
      expect(await api.counts()).toEqual({ waiting: 1, active: 0 });
    });

    it('gives a job it could not finish in time to another consumer', async () => {
      const [api, trialId] = [open(), randomUUID()];
      const stubborn = open({ lockMs: 500 });
      const { until } = consume(stubborn, () => new Promise(() => undefined));
      await api.enqueue({ trialId });
      await until(1);
      await stubborn.close({ graceMs: 50 });
      await consume(open({ lockMs: 500 })).until(1);
      await settled(api);
    });
  });

  it('gives the job of a consumer that was killed to another', async () => {
    const [api, trialId] = [open(), randomUUID()];
    const script = path.join(path.dirname(stack.objectsDirectory), 'consumer.cjs');
    const built = path.resolve(__dirname, '../../../dist/libs/queue/src/index.js');
    fs.writeFileSync(
      script,
      `require(${JSON.stringify(built)}).openQueue(${JSON.stringify(stack.redisUrl)}, 'trials', { lockMs: 1000 })
        .process((payload) => new Promise(() => process.send(payload)), { concurrency: 1 });`,
    );
    const child: ChildProcess = fork(script);
    await api.enqueue({ trialId });
    const [payload] = (await once(child, 'message')) as [unknown];
    expect(payload).toEqual({ trialId });
    child.kill('SIGKILL');
    await once(child, 'exit');

    const { until, seen } = consume(open({ lockMs: 1000 }));
    await until(1);
    await settled(api);
    expect(seen).toEqual([trialId]);
  });

  describe('without Redis', () => {
    it('says Unavailable within seconds', async () => {
      const api = open({}, `redis://:x@127.0.0.1:${await freePort()}`);
      const started = Date.now();
      await expect(api.enqueue({ trialId: randomUUID() })).rejects.toThrow(Unavailable);
      await expect(api.check()).rejects.toThrow(/REDIS_URL/);
      expect(Date.now() - started).toBeLessThan(5000);
    });

    it('says Unavailable within seconds too when something accepts and never answers', async () => {
      const held = new Set<net.Socket>();
      const silent = net.createServer((socket) => held.add(socket));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const api = open({}, `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`);
      const started = Date.now();
      await expect(api.enqueue({ trialId: randomUUID() })).rejects.toThrow(Unavailable);
      expect(Date.now() - started).toBeLessThan(5000);
      held.forEach((socket) => socket.destroy());
      silent.close();
    });

    it('goes on by itself when Redis returns', async () => {
      const own = await startTestStack(['redis']);
      const [port, relays] = [await freePort(), new Set<net.Socket>()];
      const target = Number(new URL(own.redisUrl).port);
      const relay = net.createServer((socket) => {
        const onward = net.connect(target, '127.0.0.1');
        for (const end of [socket, onward]) {
          relays.add(end);
          end.on('error', () => undefined);
          end.on('close', () => [socket, onward].forEach((s) => s.destroy()));
        }
        socket.pipe(onward).pipe(socket);
      });
      const listen = () => new Promise<void>((resolve) => relay.listen(port, '127.0.0.1', resolve));
      await listen();
      const url = Object.assign(new URL(own.redisUrl), { port: String(port) }).href;
      const [api, trainer] = [open({}, url), open({}, url)];
      const { until } = consume(trainer);
      await api.enqueue({ trialId: randomUUID() });
      await until(1);

      relay.close();
      relays.forEach((socket) => socket.destroy());
      await expect(api.enqueue({ trialId: randomUUID() })).rejects.toThrow(Unavailable);
      await listen();
      const trialId = randomUUID();
      while (
        !(await api.enqueue({ trialId }).then(
          () => true,
          () => false,
        ))
      );
      const seen = await until(2);
      expect(seen[seen.length - 1]).toBe(trialId);

      for (const queue of queues.splice(0)) await queue.close({ graceMs: 0 });
      relay.close();
      relays.forEach((socket) => socket.destroy());
      await own.stop();
    });
  });
});
