import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openObjectStore } from '@ratchet/object-store';
import {
  allServe,
  classNames,
  constantModel,
  ControlPlane,
  InferencerProcess,
  orderOf,
  publishModel,
} from '@ratchet/testing';

// Real: the inferencer process and sockets. Stood in for: the API, by the testing room's ControlPlane.

const REQUESTS = 3_000;
const AT_ONCE = 32;
const input = { height: 28, width: 28, channels: 1 } as const;
const image = Buffer.alloc(784, 9);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNgYGBg+A8AAQQBAPCz8hUAAAAASUVORK5CYII=',
  'base64',
);

/** xorshift: the same mutations at every run. */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const tensor = (data: unknown, extra: object = {}) =>
  JSON.stringify({ inputs: [{ name: 'images', datatype: 'UINT8', shape: [1, 28, 28, 1], data, ...extra }] });
const binaryHead = tensor(undefined, { parameters: { binary_data_size: 784 } });
const boundary = 'xxBOUNDARYxx';
const form = Buffer.concat([
  Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="a"; filename="a.png"\r\n\r\n`),
  png,
  Buffer.from(`\r\n--${boundary}--\r\n`),
]);
const seeds: { target: string; headers: Record<string, string>; body: Buffer }[] = [
  { target: '/v2/models/digits/infer', headers: {}, body: Buffer.from(tensor([...image])) },
  {
    target: '/v2/models/digits/infer',
    headers: { 'inference-header-content-length': String(binaryHead.length) },
    body: Buffer.concat([Buffer.from(binaryHead), image]),
  },
  { target: '/v2/models/digits/classify', headers: { 'content-type': 'application/vnd.ratchet.pixels' }, body: image },
  { target: '/v2/models/digits/classify', headers: { 'content-type': 'image/png' }, body: png },
  {
    target: '/v2/models/digits/classify',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: form,
  },
  {
    target: '/v2/models/digits/classify',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify([`images/00/${'0'.repeat(64)}`])),
  },
];
const nasty = [
  '-1',
  '0',
  '1e308',
  '99999999999999999999',
  '{}',
  '[[]]',
  'null',
  '"\\ud800"',
  '../../etc/passwd',
  '%00',
  'NaN',
  '\u0000',
];

function mutated(random: (below: number) => number): Buffer {
  const { target, headers, body } = seeds[random(seeds.length)];
  let bytes = Buffer.from(body);
  const fields: Record<string, string> = { host: 'x', ...headers };
  let line = `POST ${target} HTTP/1.1`;
  let announced = bytes.length;
  for (let n = 1 + random(3); n > 0; n--)
    switch (random(9)) {
      case 0: // flip bytes
        for (let i = 0; i < 1 + random(8); i++) if (bytes.length) bytes[random(bytes.length)] ^= 1 << random(8);
        break;
      case 1: // cut
        bytes = bytes.subarray(0, random(bytes.length + 1));
        announced = bytes.length;
        break;
      case 2: // double a piece
        bytes = Buffer.concat([bytes, bytes.subarray(random(bytes.length + 1))]);
        announced = bytes.length;
        break;
      case 3: {
        // put something nasty in
        const at = random(bytes.length + 1);
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(nasty[random(nasty.length)]), bytes.subarray(at)]);
        announced = bytes.length;
        break;
      }
      case 4: // lie about the length
        announced = [0, 1, bytes.length + 1, 2 ** 31, 2 ** 53, bytes.length - 1][random(6)];
        break;
      case 5: // a header nobody expects
        fields[
          ['inference-header-content-length', 'content-type', 'content-encoding', 'x-request-timeout-ms'][random(4)]
        ] = nasty[random(nasty.length - 1)];
        break;
      case 6: // another address
        line = `POST ${target.replace(/digits|infer|classify/, nasty[random(nasty.length - 1)].replace(/ /g, ''))} HTTP/1.1`;
        break;
      case 7: // another method or protocol
        line = [
          `GET ${target} HTTP/1.1`,
          `PATCH ${target} HTTP/1.1`,
          `POST ${target} HTTP/9.9`,
          `BREW ${target} HTTP/1.1`,
        ][random(4)];
        break;
      case 8: // swapped tensor numbers
        bytes = Buffer.from(
          bytes.toString('latin1').replace(/28|784|9/g, () => nasty[random(6)]),
          'latin1',
        );
        announced = bytes.length;
        break;
    }
  fields['content-length'] = String(announced);
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${line}\r\n${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** The status of the answer; 0 when the connection was closed without one. */
const statusOf = (port: number, request: Buffer) =>
  new Promise<number>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)));
    socket.write(request);
  });

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
    const random = randomFrom(20_26);
    const rss = async () =>
      Number(/ratchet_resident_bytes (\d+)/.exec(await (await fetch(`${inferencer.url}/metrics`)).text())![1]);
    const seen = new Map<number, number>();
    let before = 0;
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const requests = Array.from({ length: AT_ONCE }, () => mutated(random));
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
