import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { classifyAnswer } from '@ratchet/contracts';
import { objectKeys, type ObjectStore } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import {
  allServe,
  classNames,
  constantModel,
  ControlPlane,
  goldensOf,
  InferencerProcess,
  linearModel,
  orderOf,
  publishModel,
  sha256Of,
} from '@ratchet/testing';

// Real: the inferencer process with its threads and probe children, a directory object store, ONNX Runtime.
// Stood in for: the API, by the testing room's ControlPlane.

const input = { height: 28, width: 28, channels: 1 } as const;
const classes = classNames(10);
const image = Buffer.from(Uint8Array.from({ length: 784 }, (_, i) => (i * 7) % 256));
const pixels = { 'content-type': 'application/vnd.ratchet.pixels' };

/** Of any answer; a test looks at what it expects to be there. */
interface Answer {
  readonly predictions: { class: string; probabilities: number[] }[];
  readonly outputs: { shape: number[]; data: number[] }[];
  readonly error: string;
  readonly code: string;
}
const jsonOf = async (response: Response) => (await response.json()) as Answer;

jest.setTimeout(60_000); // processes start slowly on a busy machine

describe('an inferencer', () => {
  let directory: string;
  let store: ObjectStore;
  let plane: ControlPlane;
  let process_: InferencerProcess;
  let names = 0;
  let name: string;

  const start = (env: Record<string, string> = {}) =>
    InferencerProcess.start({
      name,
      apiUrl: plane.url,
      token: plane.token,
      dataDir: path.join(directory, 'store'),
      cacheDir: path.join(directory, 'cache'),
      env: { RATCHET_LOG_LEVEL: 'warn', ...env },
    });
  const classify = async (body: Buffer = image, headers: Record<string, string> = pixels, task = 'digits') => {
    const response = await fetch(`${process_.url}/v2/models/${task}/classify`, { method: 'POST', headers, body });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), json: await jsonOf(response) };
  };
  const answering = async () => (await classify()).json.predictions[0].class;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'inferencer-spec-'));
    store = openObjectStore({ kind: 'directory', directory: path.join(directory, 'store') });
    plane = new ControlPlane();
    await plane.start();
    name = `spec-${++names}`;
    process_ = await start();
  });
  afterEach(async () => {
    await process_.end('SIGKILL');
    await plane.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const first = constantModel({ input, classes, answer: 1 });
  const second = constantModel({ input, classes, answer: 2 });
  const deploy = async (model = first, generation = 1) => {
    const digest = await publishModel(store, model);
    plane.order(orderOf(model, 'digits', generation));
    await plane.until(allServe('digits', digest));
    return digest;
  };
  const failed = (text: RegExp) =>
    plane.until((known) =>
      known.some((beat) => beat.models.some((m) => m.state === 'FAILED' && text.test(m.error ?? ''))),
    );

  it('is alive at once, ready once it serves, and says so per model', async () => {
    const statusOf = async (at: string) => (await fetch(process_.url + at)).status;
    expect(await statusOf('/v2/health/live')).toBe(200);
    expect(await statusOf('/v2/health/ready')).toBe(503);
    expect(await statusOf('/v2/models/digits/ready')).toBe(404);
    await deploy();
    expect(await statusOf('/v2/health/ready')).toBe(200);
    expect(await statusOf('/v2/models/digits/ready')).toBe(200);
    expect(await statusOf('/v2/models/digits/versions/1/ready')).toBe(200);
    expect(await statusOf('/v2/models/digits/versions/2/ready')).toBe(404);
  });

  it('answers what the model computes, whichever way the image comes', async () => {
    const model = linearModel({ input, classes, seed: 5 });
    await deploy(model);
    const [expected] = model.answer(image, 1);
    const close = (probabilities: number[]) =>
      probabilities.forEach((p, i) => expect(p).toBeCloseTo(expected[i % expected.length], 4));

    const { json } = await classify();
    expect(() => classifyAnswer.parse(json)).not.toThrow();
    close(json.predictions[0].probabilities);

    const infer = (body: Buffer | string, headers: Record<string, string> = {}) =>
      fetch(`${process_.url}/v2/models/digits/infer`, { method: 'POST', body, headers });
    const tensor = { name: 'images', datatype: 'UINT8', shape: [1, 28, 28, 1] };
    const asJson = await infer(JSON.stringify({ id: 'a', inputs: [{ ...tensor, data: [...image] }] }));
    const answer = await jsonOf(asJson);
    expect(answer).toMatchObject({ id: 'a', model_name: 'digits', model_version: '1' });
    close(answer.outputs[0].data);

    const many = Buffer.concat([image, image, image, image, image, image]);
    const big = await infer(JSON.stringify({ inputs: [{ ...tensor, shape: [6, 28, 28, 1], data: [...many] }] }));
    const bigAnswer = await jsonOf(big);
    expect(bigAnswer.outputs[0].shape).toEqual([6, 10]);
    close(bigAnswer.outputs[0].data);

    const head = Buffer.from(
      JSON.stringify({
        inputs: [{ ...tensor, shape: [6, 28, 28, 1], parameters: { binary_data_size: many.length } }],
        outputs: [{ name: 'probabilities', parameters: { binary_data: true } }],
      }),
    );
    const binary = await infer(Buffer.concat([head, many]), { 'inference-header-content-length': String(head.length) });
    const bytes = Buffer.from(await binary.arrayBuffer());
    const jsonLength = Number(binary.headers.get('inference-header-content-length'));
    const floats = new Float32Array(Uint8Array.from(bytes.subarray(jsonLength)).buffer);
    expect(floats).toHaveLength(60);
    close([...floats]);
  });

  it('classifies encoded images, forms of them, and stored ones', async () => {
    await deploy();
    const bmp = greyBmp(28, 28);
    expect((await classify(bmp, {})).json.predictions).toHaveLength(1);
    const form = new FormData();
    for (const file of ['a.bmp', 'b.bmp', 'c.bmp']) form.append(file, new Blob([bmp]), file);
    const formed = await fetch(`${process_.url}/v2/models/digits/classify`, { method: 'POST', body: form });
    expect((await jsonOf(formed)).predictions).toHaveLength(3);
    const key = objectKeys.image(sha256Of(bmp));
    await store.put(key, bmp);
    const json = { 'content-type': 'application/json' };
    const stored = await classify(Buffer.from(JSON.stringify([key, key])), json);
    expect(stored.json.predictions).toHaveLength(2);
    const other = await classify(Buffer.from(JSON.stringify([objectKeys.model('0'.repeat(64))])), json);
    expect(other).toMatchObject({ status: 400, json: { error: expect.stringContaining('body[0]') } });
    const missing = await classify(Buffer.from(JSON.stringify([objectKeys.image('0'.repeat(64))])), json);
    expect(missing.status).toBe(404);
  });

  it('swaps to the newest generation, ignores older orders, and takes a known digest without loading it again', async () => {
    await deploy();
    await deploy(second, 2);
    expect(await answering()).toBe('class-2');
    plane.order(orderOf(first, 'digits', 1));
    plane.order(orderOf(second, 'digits', 5));
    await plane.until((known) => known.some((b) => b.models.some((m) => m.state === 'SERVING' && m.generation === 5)));
    expect(await answering()).toBe('class-2');
    const metrics = await (await fetch(`${process_.url}/metrics`)).text();
    expect(metrics).toContain('ratchet_model_swaps_total{outcome="done"} 2');
  });

  it('keeps serving the old model while a damaged one is refused, with the cause', async () => {
    await deploy();
    const digest = sha256Of(second.onnx);
    const flipped = Uint8Array.from(second.onnx);
    flipped[flipped.length >> 1] ^= 1;
    await publishModel(store, second);
    await store.put(objectKeys.model(digest), flipped);
    plane.order(orderOf(second, 'digits', 2));
    await failed(/SHA-256/);
    expect(await answering()).toBe('class-1');
    // The next attempt finds the mended file.
    await store.put(objectKeys.model(digest), second.onnx);
    await plane.until(allServe('digits', digest));
    expect(await answering()).toBe('class-2');
  });

  it.each([
    ['a truncated file', (onnx: Uint8Array) => onnx.subarray(0, onnx.length - 100), {}, /bytes were announced/],
    [
      'goldens that disagree',
      (onnx: Uint8Array) => onnx,
      { goldens: goldensOf(constantModel({ input, classes, answer: 3 })) },
      /golden images/,
    ],
    ['other classes', (onnx: Uint8Array) => onnx, { classes: classNames(9) }, /classes are/],
    ['a manifest of another model', (onnx: Uint8Array) => onnx, { sha256: '0'.repeat(64) }, /manifest is that of/],
  ])('refuses %s and serves on', async (_, bend, manifest, cause) => {
    await deploy();
    const digest = await publishModel(store, second, manifest);
    await store.put(objectKeys.model(digest), bend(second.onnx));
    plane.order(orderOf(second, 'digits', 2));
    await failed(cause);
    expect(await answering()).toBe('class-1');
  });

  it('comes back into service without API and object store, and even refuses what the disk damaged meanwhile', async () => {
    await deploy();
    await process_.end('SIGKILL');
    await plane.stop();
    await rm(path.join(directory, 'store'), { recursive: true });
    process_ = await start();
    const readyWithin = async (millis: number) => {
      const until = performance.now() + millis;
      while (performance.now() < until) if ((await fetch(`${process_.url}/v2/health/ready`)).ok) return true;
      return false;
    };
    expect(await readyWithin(10_000)).toBe(true);
    expect(await answering()).toBe('class-1');

    await process_.end('SIGKILL');
    const models = path.join(directory, 'cache', name, 'models');
    const [cached] = await readdir(models);
    const file = path.join(models, cached, 'model.onnx');
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(file, bytes);
    await plane.start();
    process_ = await start();
    await failed(/the disk damaged it/);
    expect((await classify()).status).toBe(503);
  });

  it('tells the API that it leaves, answers what it has, and ends', async () => {
    await deploy();
    const asked = await Promise.all(Array.from({ length: 50 }, () => accepted(process_.url)));
    const ended = process_.end('SIGTERM');
    expect(await Promise.all(asked.map((finish) => finish()))).toEqual(asked.map(() => 200));
    expect(await ended).toBe(0);
    expect(plane.heartbeats.at(-1)!.beat.draining).toBe(true);
  });

  it('says within bounds what is wrong with a request', async () => {
    await deploy();
    expect(await classify(Buffer.alloc(783))).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('784 bytes each') },
    });
    expect(await classify(Buffer.from('hello'), {})).toMatchObject({ status: 400, json: { code: 'invalid_input' } });
    expect(await classify(Buffer.alloc(0), {})).toMatchObject({ status: 400 });
    const timely = await classify(image, { ...pixels, 'x-request-timeout-ms': '0.001' });
    expect([408, 504]).toContain(timely.status);
  });
});

/** Resolves once the inferencer has the head of a request; what it resolves to sends the image, for the answer's status. */
async function accepted(url: string): Promise<() => Promise<number>> {
  const headers = { ...pixels, expect: '100-continue', 'content-length': image.length };
  const asked = request(`${url}/v2/models/digits/classify`, { method: 'POST', headers, agent: false });
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
  asked.flushHeaders();
  await Promise.race([once(asked, 'continue'), answered]);
  return async () => {
    asked.end(image);
    const [response] = await answered;
    response.resume();
    return response.statusCode!;
  };
}

/** An 8-bit grey bitmap without a palette's surprises. */
function greyBmp(width: number, height: number): Buffer {
  const rows = Buffer.alloc(width * height * 3, 120);
  const head = Buffer.alloc(54);
  head.write('BM');
  head.writeUInt32LE(54 + rows.length, 2);
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  head.writeUInt32LE(rows.length, 34);
  return Buffer.concat([head, rows]);
}
