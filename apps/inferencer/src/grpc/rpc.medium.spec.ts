import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openObjectStore } from '@ratchet/object-store';
import {
  allServe,
  classNames,
  ControlPlane,
  InferenceClient,
  InferencerProcess,
  inferRequest,
  linearModel,
  orderOf,
  probabilitiesOf,
  publishModel,
  type RpcOutcome,
} from '@ratchet/testing';

// Real: the inferencer process with its threads, a client made from the protocol's description, sockets.
// Stood in for: the API, by the testing room's ControlPlane.

const input = { height: 28, width: 28, channels: 1 } as const;
const classes = classNames(10);
const model = linearModel({ input, classes, seed: 5 });
const LIMIT = 1 << 20;
const QUEUE = 64;

jest.setTimeout(60_000); // processes start slowly on a busy machine

describe('an inferencer over gRPC', () => {
  let directory: string;
  let plane: ControlPlane;
  let inferencer: InferencerProcess;
  let client: InferenceClient;
  let digest: string;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'rpc-spec-'));
    const dataDir = path.join(directory, 'store');
    digest = await publishModel(openObjectStore({ kind: 'directory', directory: dataDir }), model);
    plane = new ControlPlane();
    await plane.start();
    inferencer = await InferencerProcess.start({
      name: 'rpc',
      apiUrl: plane.url,
      token: plane.token,
      dataDir,
      cacheDir: path.join(directory, 'cache'),
      env: {
        RATCHET_LOG_LEVEL: 'warn',
        RATCHET_PREDICT_LIMIT: String(LIMIT),
        RATCHET_QUEUE: String(QUEUE),
        RATCHET_REQUEST_IMAGES: String(QUEUE),
        // Requests stay in the queue for a while, so that it can be full and deadlines can pass.
        RATCHET_BATCH: '1024',
        RATCHET_BATCH_DELAY_MS: '500',
      },
    });
    client = new InferenceClient(inferencer.grpcUrl);
  });
  afterAll(async () => {
    client?.close();
    await inferencer?.end('SIGKILL');
    await plane?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const images = (count: number) => Uint8Array.from({ length: count * 784 }, (_, i) => (i * 7) % 256);
  const infer = (count: number, options: Parameters<typeof inferRequest>[2] = {}) =>
    client.ask('ModelInfer', inferRequest(images(count), [count, 28, 28, 1], options));
  const answerOf = (outcome: RpcOutcome) => {
    if (!('answer' in outcome)) throw new Error(JSON.stringify(outcome));
    return outcome.answer;
  };

  it('is alive at once and ready once it serves', async () => {
    expect(await client.ask('ServerLive')).toMatchObject({ answer: { live: true } });
    expect(await client.ask('ServerReady')).toMatchObject({ answer: { ready: false } });
    expect(await client.ask('ModelReady', { name: 'digits' })).toMatchObject({ answer: { ready: false } });
    plane.order(orderOf(model, 'digits', 1));
    await plane.until(allServe('digits', digest));
    expect(plane.known.values().next().value).toMatchObject({ grpcUrl: inferencer.grpcUrl });
    expect(await client.ask('ServerReady')).toMatchObject({ answer: { ready: true } });
    const readies = await Promise.all(
      ['', '1', '2'].map((version) => client.ask('ModelReady', { name: 'digits', version })),
    );
    expect(readies.map((outcome) => answerOf(outcome).ready)).toEqual([true, true, false]);
  });

  it('describes itself and its model', async () => {
    expect(answerOf(await client.ask('ServerMetadata'))).toMatchObject({
      name: 'ratchet-inferencer',
      extensions: expect.arrayContaining(['model_repository']),
    });
    expect(answerOf(await client.ask('ModelMetadata', { name: 'digits' }))).toEqual({
      name: 'digits',
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: 'images', datatype: 'UINT8', shape: [-1, 28, 28, 1] }],
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 10] }],
    });
  });

  // 40 images as numbers are more than the I/O thread brings into bytes itself.
  it.each([
    [1, false],
    [40, false],
    [1, true],
    [40, true],
  ])('answers what the model computes: %d images, as numbers: %s', async (count, typed) => {
    const answer = answerOf(await infer(count, { typed, id: 'mine', model_version: '1' }));
    expect(answer).toMatchObject({
      model_name: 'digits',
      model_version: '1',
      id: 'mine',
      parameters: { digest: { string_param: digest } },
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [count, 10] }],
    });
    const expected = model.answer(images(count), count).flat();
    const probabilities = probabilitiesOf(answer);
    expect(probabilities).toHaveLength(expected.length);
    probabilities.forEach((p, i) => expect(p).toBeCloseTo(expected[i], 4));
    expect((answer.raw_output_contents as Buffer[]).length).toBe(typed ? 0 : 1);
  });

  const tensor = { name: 'images', datatype: 'UINT8', shape: [1, 28, 28, 1] };
  const raw = [images(1)];
  it.each([
    ['no input', { inputs: [] }, 'exactly one tensor'],
    ['two inputs', { inputs: [tensor, tensor] }, 'exactly one tensor'],
    ['another name', { inputs: [{ ...tensor, name: 'x' }] }, `is "x"; the model's input is 'images'`],
    ['another type', { inputs: [{ ...tensor, datatype: 'FP32' }] }, 'send UINT8'],
    ['another shape', { inputs: [{ ...tensor, shape: [1, 28, 28, 3] }] }, 'is [1,28,28,3]; [N,28,28,1] is expected'],
    ['no shape', { inputs: [{ ...tensor, shape: [] }] }, '[N,28,28,1] is expected'],
    ['too many images', { inputs: [{ ...tensor, shape: [65, 28, 28, 1] }] }, 'send 1 to 64 in one request'],
    ['too few bytes', { raw_input_contents: [images(1).subarray(1)] }, 'has 783 bytes; the shape makes 784'],
    ['no data', { raw_input_contents: [] }, 'is missing, and so is raw_input_contents'],
    ['too few numbers', { inputs: [{ ...tensor, contents: { uint_contents: [1] } }], raw_input_contents: [] }, '784'],
    ['another output', { outputs: [{ name: 'logits' }] }, `the model's output is 'probabilities'`],
    ['a long id', { id: 'x'.repeat(257) }, 'at most 256 characters'],
  ])('refuses %s', async (_, change, words) => {
    const request = { model_name: 'digits', inputs: [tensor], raw_input_contents: raw, ...change };
    expect(await client.ask('ModelInfer', request)).toMatchObject({
      status: 'INVALID_ARGUMENT',
      code: 'invalid_input',
      message: expect.stringContaining(words),
    });
  });

  it('knows no other model and no other version', async () => {
    const unknown = { status: 'NOT_FOUND', code: 'not_found' };
    expect(await infer(1, { model: 'nobody' })).toMatchObject({ ...unknown, message: "There is no task 'nobody'." });
    expect(await infer(1, { model_version: '9' })).toMatchObject(unknown);
    expect(await client.ask('ModelMetadata', { name: 'nobody' })).toMatchObject(unknown);
  });

  it('refuses a message above the limit', async () => {
    expect(await infer(Math.ceil(LIMIT / 784))).toMatchObject({ status: 'RESOURCE_EXHAUSTED' });
  });

  it('says that it is full, and answers what it took', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => infer(QUEUE)));
    const refused = outcomes.filter((outcome) => outcome.status !== 'OK');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(outcomes.length);
    for (const outcome of refused) expect(outcome).toMatchObject({ status: 'UNAVAILABLE', code: 'full' });
  });

  it('drops what nobody waits for any more', async () => {
    const counted = async (line: RegExp) => {
      const text = await (await fetch(`${inferencer.url}/metrics`)).text();
      return [...text.matchAll(line)].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const answered = () => counted(/^ratchet_inference_request_success_total{.*} (\d+)$/gm);
    const dropped = () => counted(/^ratchet_inference_request_failure_total{.*"(?:deadline|cancelled)"} (\d+)$/gm);
    const [before, droppedBefore] = [await answered(), await dropped()];
    const late = client.ask('ModelInfer', inferRequest(images(1), [1, 28, 28, 1]), { deadlineMs: 150 });
    expect(await late).toMatchObject({ status: 'DEADLINE_EXCEEDED' });
    while ((await dropped()) === droppedBefore); // the inferencer's clock and ours differ by a hair
    expect((await infer(1)).status).toBe('OK'); // its batch would have had the late one on board
    expect(await answered()).toBe(before + 1);
  });

  it('lists its models, over HTTP as well, and takes no orders', async () => {
    const models = [{ name: 'digits', version: '1', state: 'READY', reason: '' }];
    expect(answerOf(await client.ask('RepositoryIndex'))).toEqual({ models });
    const post = (at: string, body?: string) =>
      fetch(`${inferencer.url}/v2/repository/${at}`, { method: 'POST', body });
    expect(await (await post('index')).json()).toEqual(models);
    expect(await (await post('index', '{"ready":true}')).json()).toEqual(models);
    expect((await post('index', '{"ready":1}')).status).toBe(400);
    for (const verb of ['load', 'unload']) {
      const refused = await post(`models/digits/${verb}`);
      expect(refused.status).toBe(403);
      const { error } = (await refused.json()) as { error: string };
      const method = verb === 'load' ? 'RepositoryModelLoad' : 'RepositoryModelUnload';
      expect(await client.ask(method, { model_name: 'digits' })).toMatchObject({
        status: 'PERMISSION_DENIED',
        message: error,
      });
    }
  });

  it('answers what it took before it stops', async () => {
    const last = infer(3);
    await client.ask('ServerLive'); // the last has arrived
    const ended = inferencer.end('SIGTERM');
    expect((await last).status).toBe('OK');
    expect(await ended).toBe(0);
  });
});
