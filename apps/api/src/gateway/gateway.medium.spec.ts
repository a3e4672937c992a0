import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ObjectStore, Unauthenticated } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import {
  classNames,
  constantModel,
  ControlPlane,
  InferencerProcess,
  orderOf,
  publishModel,
  statusOf,
} from '@ratchet/testing';
import pino from 'pino';
import { Pool } from 'undici';
import { FleetRouter } from './fleet.router';
import { Gateway } from './gateway';
import { TokenBuckets } from './token.bucket';

// Real: gateway, inferencer processes, object store in a directory, ONNX Runtime, sockets.
// Stood in for: the rest of the API (heartbeats and desired state), by the testing room's ControlPlane.

const input = { height: 28, width: 28, channels: 1 } as const;
const classes = classNames(4);
const models = [1, 2].map((answer) => constantModel({ input, classes, answer }));
const body = Buffer.alloc(784, 3);
const FLEET = 3;
/** As many as a busy machine manages in the time; `npm run bench:swaps` makes hundreds. */
const SWAPS = 30;
const FEWEST_SWAPS = 5;
const SWAP_TIME_MS = 30_000;

jest.setTimeout(120_000); // processes start slowly on a busy machine

describe('the gateway over a fleet', () => {
  let directory: string;
  let store: ObjectStore;
  let plane: ControlPlane;
  let router: FleetRouter;
  let server: Server;
  let client: Pool;
  const fleet: InferencerProcess[] = [];
  let generation = 0;

  const startInferencer = (i: number) =>
    InferencerProcess.start({
      name: `fleet-${i}`,
      apiUrl: plane.url,
      token: plane.token,
      dataDir: path.join(directory, 'store'),
      cacheDir: path.join(directory, 'cache'),
      env: { RATCHET_LOG_LEVEL: 'error' },
    });
  const deploy = async (model: (typeof models)[number], inferencers = FLEET) => {
    const order = orderOf(model, 'digits', ++generation);
    plane.order(order);
    await plane.until(
      (known) =>
        known.filter((b) => b.models.some((m) => m.generation === order.generation && m.state === 'SERVING')).length >=
        inferencers,
    );
  };

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'gateway-spec-'));
    store = openObjectStore({ kind: 'directory', directory: path.join(directory, 'store') });
    plane = new ControlPlane();
    await plane.start();
    router = new FleetRouter('round-robin', 10_000);
    plane.onHeartbeat = () =>
      router.update([...plane.known.values()].map((beat) => ({ ...beat, lastHeartbeatAt: new Date() })));
    const authenticate = async ({ headers }: { headers: { authorization?: string } }) => {
      if (headers.authorization !== 'Bearer rk_known') throw new Unauthenticated('Who are you?');
      return { id: 'known' };
    };
    const options = { replayBytes: 4096, limitBytes: 1 << 20, bodyMs: 2_000 };
    const gateway = new Gateway(router, authenticate, new TokenBuckets(0), options, pino({ level: 'silent' }));
    server = createServer((request, response) => {
      if (!gateway.handle(request, response)) response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 8 });
    for (const model of models) await publishModel(store, model);
    fleet.push(...(await Promise.all(Array.from({ length: FLEET }, (_, i) => startInferencer(i)))));
    await deploy(models[0]);
  });
  afterAll(async () => {
    await client?.destroy();
    server?.closeAllConnections();
    server?.close();
    await router?.close();
    await Promise.all(fleet.map((inferencer) => inferencer.end('SIGKILL')));
    await plane?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const ask = async (
    options: { path?: string; body?: Buffer | null; headers?: Record<string, string>; method?: 'GET' | 'POST' } = {},
  ) => {
    const response = await client.request({
      method: options.method ?? 'POST',
      path: options.path ?? '/v2/models/digits/classify',
      headers: {
        authorization: 'Bearer rk_known',
        'content-type': 'application/vnd.ratchet.pixels',
        ...options.headers,
      },
      body: options.body === undefined ? body : options.body,
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, json: text ? JSON.parse(text) : null };
  };

  interface Result {
    status: number;
    class?: string;
    error?: string;
    began: number;
    ended: number;
  }
  /** What eight clients got who asked without a break while `work` went on. */
  const underFire = async (work: () => Promise<unknown>): Promise<Result[]> => {
    let stopped = false;
    const results: Result[] = [];
    const clients = Array.from({ length: 8 }, async () => {
      while (!stopped) {
        const began = performance.now();
        const { status, json } = await ask().catch((error: Error) => ({ status: 0, json: { error: error.message } }));
        results.push({
          status,
          class: json?.predictions?.[0].class,
          error: json?.error,
          began,
          ended: performance.now(),
        });
      }
    });
    try {
      await work();
    } finally {
      stopped = true;
      await Promise.all(clients);
    }
    return results;
  };
  const failures = (results: { status: number; error?: string }[]) => results.filter((r) => r.status !== 200);

  it('speaks the protocol of the inferencers and asks who is calling', async () => {
    const get = (at: string) => ask({ path: at, method: 'GET', body: null });
    expect((await get('/v2/health/live')).status).toBe(200);
    expect((await get('/v2/health/ready')).status).toBe(200);
    expect((await get('/v2/models/digits')).json).toMatchObject({ name: 'digits', platform: 'onnxruntime_onnx' });
    expect((await get('/v2/models/letters')).json).toMatchObject({
      code: 'not_found',
      correlationId: expect.any(String),
    });
    expect((await ask({ headers: { authorization: 'Bearer rk_unknown' } })).status).toBe(401);
    expect((await ask()).json.predictions[0].class).toBe('class-1');
    expect((await ask({ headers: { 'x-correlation-id': 'from-the-camera' } })).headers['x-correlation-id']).toBe(
      'from-the-camera',
    );
  });

  it('streams large bodies through and refuses those above the limit unread', async () => {
    const many = Buffer.alloc(784 * 200, 3);
    expect((await ask({ body: many })).json.predictions).toHaveLength(200);
    expect((await ask({ body: Buffer.alloc((1 << 20) + 784) })).status).toBe(413);
  });

  it('does not wait for ever for a body that was announced', async () => {
    const { port } = server.address() as AddressInfo;
    const head = `POST /v2/models/digits/classify HTTP/1.1\r\nhost: x\r\nauthorization: Bearer rk_known\r\n`;
    expect(await statusOf(port, Buffer.from(`${head}content-length: 784\r\n\r\nhalf of it`))).toBe(408);
  });

  it('drops nothing through swaps under fire, and every answer is of a model that was live', async () => {
    const live: { class: string; from: number; to: number }[] = [];
    const publish = async (i: number) => {
      const ordered = performance.now();
      await deploy(models[i % 2]);
      const done = performance.now();
      if (live.length > 0) live.at(-1)!.to = done;
      live.push({ class: `class-${(i % 2) + 1}`, from: ordered, to: Infinity });
    };
    await publish(0);
    const began = performance.now();
    const results = await underFire(async () => {
      for (let i = 1; i <= SWAPS && (i <= FEWEST_SWAPS || performance.now() - began < SWAP_TIME_MS); i++)
        await publish(i);
    });
    expect(live.length).toBeGreaterThan(FEWEST_SWAPS);
    expect(failures(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(live.length * 8);
    const wrong = results.filter(
      (r) => !live.some((span) => span.class === r.class && span.from <= r.ended && r.began <= span.to),
    );
    expect(wrong).toEqual([]);
  }, 120_000);

  it('loses no request when an inferencer is killed', async () => {
    const results = await underFire(async () => {
      for (let i = 0; i < 100; i++) await ask(); // requests in flight everywhere
      await fleet[0].end('SIGKILL');
      for (let i = 0; i < 100; i++) await ask();
      fleet[0] = await startInferencer(0);
      await plane.until(
        (known) => known.filter((b) => b.url === fleet[0].url && b.models[0]?.state === 'SERVING').length === 1,
      );
      for (let i = 0; i < 100; i++) await ask();
    });
    expect(failures(results)).toEqual([]);
  });

  it('asks elsewhere what a frozen inferencer does not answer', async () => {
    const results = await underFire(async () => {
      await ask();
      fleet[1].child.kill('SIGSTOP');
      const frozenAt = performance.now();
      // As many requests as fit into the time it takes to notice, and then some.
      while (performance.now() - frozenAt < 3_500) await ask();
    });
    fleet[1].child.kill('SIGCONT');
    expect(failures(results)).toEqual([]);
    expect(Math.max(...results.map((r) => r.ended - r.began))).toBeLessThan(5_000);
  });

  it('loses no request when an inferencer is asked to stop', async () => {
    const results = await underFire(async () => {
      await ask();
      expect(await fleet[2].end('SIGTERM')).toBe(0);
    });
    expect(failures(results)).toEqual([]);
  });
});
