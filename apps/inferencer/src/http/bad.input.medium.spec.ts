import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openObjectStore } from '@ratchet/object-store';
import {
  allServe,
  classNames,
  constantModel,
  ControlPlane,
  InferencerProcess,
  mutatedRequests,
  orderOf,
  publishModel,
  statusOf,
} from '@ratchet/testing';

// Real: the inferencer process and sockets. Stood in for: the API, by the testing room's ControlPlane.
// `npm run bench:fuzz` sends more, and through the gateway too.

const REQUESTS = 3_000;
const AT_ONCE = 32;
const input = { height: 28, width: 28, channels: 1 } as const;
const image = Buffer.alloc(784, 9);

jest.setTimeout(120_000); // processes start slowly on a busy machine

describe('bad input', () => {
  let directory: string;
  let plane: ControlPlane;
  let inferencer: InferencerProcess;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'fuzz-spec-'));
    plane = new ControlPlane();
    await plane.start();
    const dataDir = path.join(directory, 'store');
    const model = constantModel({ input, classes: classNames(3), answer: 1 });
    const digest = await publishModel(openObjectStore({ kind: 'directory', directory: dataDir }), model);
    inferencer = await InferencerProcess.start({
      name: 'fuzzed',
      apiUrl: plane.url,
      token: plane.token,
      dataDir,
      cacheDir: path.join(directory, 'cache'),
      // A request that announces more than it sends is given up soon.
      env: { RATCHET_LOG_LEVEL: 'error', RATCHET_PREDICT_TIMEOUT_MS: '120', RATCHET_PREDICT_LIMIT: '64K' },
    });
    plane.order(orderOf(model, 'digits', 1));
    await plane.until(allServe('digits', digest));
  });
  afterAll(async () => {
    await inferencer?.end('SIGKILL');
    await plane?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it(`of ${REQUESTS} mutated requests crashes nothing, is never our fault, and leaves nothing behind`, async () => {
    const port = Number(new URL(inferencer.url).port);
    const next = mutatedRequests(20_26);
    const rss = async () =>
      Number(/ratchet_resident_bytes (\d+)/.exec(await (await fetch(`${inferencer.url}/metrics`)).text())![1]);
    const seen = new Map<number, number>();
    let before = 0;
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const requests = Array.from({ length: AT_ONCE }, next);
      const statuses = await Promise.all(requests.map((request) => statusOf(port, request)));
      statuses.forEach((status, i) => {
        seen.set(status, (seen.get(status) ?? 0) + 1);
        const ours = status >= 500 && status !== 503 && status !== 504;
        if (ours)
          throw new Error(
            `${status} for ${requests[i].toString('latin1').slice(0, 2_000)}\n${inferencer.log.join('')}`,
          );
      });
      if (sent === Math.floor(REQUESTS / 3 / AT_ONCE) * AT_ONCE) before = await rss();
    }
    expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 405, 413]));
    expect(inferencer.child.exitCode).toBeNull();
    expect((await rss()) / before).toBeLessThan(1.3);
    const answer = await fetch(`${inferencer.url}/v2/models/digits/classify`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.ratchet.pixels' },
      body: image,
    });
    expect(answer.status).toBe(200);
    expect(await (await fetch(`${inferencer.url}/metrics`)).text()).toContain('ratchet_compute_thread_crashes_total 0');
  });
});
