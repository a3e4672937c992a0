import { InferenceClient, inferRequest, apiWorkerToken, probabilitiesOf, type RpcOutcome } from '@ratchet/testing';
import { ServedScenario } from '../../served.scenario';

// Real: API, database, two inferencers, object store, sockets, a client made from the protocol's description.
// Stood in for: the trainer, by rows that say that it trained.

const LIMIT = 1 << 20;
const PER_SECOND = 50;

jest.setTimeout(120_000); // processes start slowly on a busy machine

describe('the gateway over gRPC', () => {
  let served: ServedScenario;
  let client: InferenceClient;
  let model: string;
  let key: string;
  let adminKey: string;
  let expected: number[];

  const image = Uint8Array.from({ length: 784 }, (_, i) => (i * 7) % 256);
  const infer = (name = model, as: string | undefined = key) =>
    client.ask('ModelInfer', inferRequest(image, [1, 28, 28, 1], { model: name }), { key: as });
  const answerOf = (outcome: RpcOutcome) => {
    if (!('answer' in outcome)) throw new Error(JSON.stringify(outcome));
    return outcome.answer;
  };
  const stateOf = async (name = model) => {
    const { models } = answerOf(await client.ask('RepositoryIndex', {}, { key: adminKey })) as {
      models: { name: string; state: string; reason: string }[];
    };
    return models.find((entry) => entry.name === name)!;
  };
  const until = async <T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> => {
    const until = performance.now() + 45_000;
    for (;;) {
      const seen = await look();
      if (holds(seen)) return seen;
      if (performance.now() > until) throw new Error(`it stays at ${JSON.stringify(seen)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const servedBy = (inferencers: number) =>
    until(
      async () => (await served.api.client.list('inferencers')).rows,
      (rows) =>
        rows.filter(
          (row) => row.state === 'ONLINE' && row.models.some((m) => m.task === model && m.state === 'SERVING'),
        ).length === inferencers,
    );
  const post = (at: string, as: string, body?: string) =>
    fetch(`${served.api.url}/v2/repository/${at}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${as}` },
      body,
    });

  beforeAll(async () => {
    served = await ServedScenario.start({
      RATCHET_PREDICT_LIMIT: String(LIMIT),
      RATCHET_PREDICTIONS_PER_SECOND: String(PER_SECOND),
    });
    [key, adminKey] = [await served.key('viewer'), await served.key('admin')];
    const task = await served.task();
    model = task.name;
    [expected] = task.model.answer(image, 1);
    await served.addInferencer('one');
    await served.addInferencer('two');
    client = new InferenceClient(served.api.grpcUrl);
    await servedBy(2);
  }, 180_000);
  afterAll(async () => {
    client?.close();
    await served?.stop();
  });

  it('says how the server is to anybody, and what it serves to whoever has a key', async () => {
    expect(await client.ask('ServerLive')).toMatchObject({ answer: { live: true } });
    expect(await client.ask('ServerReady')).toMatchObject({ answer: { ready: true } });
    expect(await client.ask('ServerMetadata', {}, { key })).toMatchObject({ answer: { name: 'ratchet' } });
    expect(await client.ask('ModelReady', { name: model }, { key })).toMatchObject({ answer: { ready: true } });
    expect(await client.ask('ModelReady', { name: 'nobody' }, { key })).toMatchObject({ answer: { ready: false } });
    expect(await client.ask('ModelMetadata', { name: model }, { key })).toMatchObject({
      answer: { name: model, inputs: [{ shape: [-1, 28, 28, 1] }] },
    });
  });

  it('passes predictions on', async () => {
    const answer = answerOf(await infer());
    probabilitiesOf(answer).forEach((p, i) => expect(p).toBeCloseTo(expected[i], 4));
    expect(answer.model_name).toBe(model);
  });

  it('refuses in the words of HTTP', async () => {
    const classify = async (name: string, headers: Record<string, string>) => {
      const url = `${served.api.url}/v2/models/${name}/classify`;
      const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(image) });
      return ((await response.json()) as { message: string }).message;
    };
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect(await client.ask('ModelInfer', inferRequest(image, [1, 28, 28, 1], { model }))).toEqual({
      status: 'UNAUTHENTICATED',
      code: 'unauthenticated',
      message: await classify(model, {}),
    });
    const unknown = 'rk_nobody-has-this-key-at-all';
    expect(await infer(model, unknown)).toMatchObject({
      status: 'UNAUTHENTICATED',
      message: await classify(model, bearer(unknown)),
    });
    expect(await infer(model, apiWorkerToken)).toMatchObject({
      status: 'PERMISSION_DENIED',
      message: await classify(model, bearer(apiWorkerToken)),
    });
    expect(await infer('nobody')).toMatchObject({
      status: 'NOT_FOUND',
      message: await classify('nobody', bearer(key)),
    });
    const wrong = inferRequest(image, [1, 28, 28, 3], { model });
    expect(await client.ask('ModelInfer', wrong, { key })).toMatchObject({
      status: 'INVALID_ARGUMENT',
      code: 'invalid_input',
      message: expect.stringContaining('[N,28,28,1] is expected'),
    });
    const large = inferRequest(new Uint8Array(LIMIT), [1, 28, 28, 1], { model });
    expect(await client.ask('ModelInfer', large, { key })).toMatchObject({ status: 'RESOURCE_EXHAUSTED' });
  });

  it('lets each key ask as often as it may', async () => {
    const eager = await served.key('viewer');
    const outcomes = await Promise.all(
      Array.from({ length: PER_SECOND * 8 }, () => client.ask('ModelReady', { name: model }, { key: eager })),
    );
    const refused = outcomes.filter((outcome) => outcome.status !== 'OK');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(outcomes.length);
    for (const outcome of refused)
      expect(outcome).toMatchObject({ status: 'RESOURCE_EXHAUSTED', code: 'too_many_requests' });
    expect((await infer()).status).toBe('OK');
  });

  it('leaves the repository to administrators', async () => {
    for (const method of ['RepositoryIndex', 'RepositoryModelLoad', 'RepositoryModelUnload'])
      expect(await client.ask(method, { model_name: model }, { key })).toMatchObject({ status: 'PERMISSION_DENIED' });
    for (const at of ['index', `models/${model}/load`, `models/${model}/unload`])
      expect((await post(at, key)).status).toBe(403);
    expect((await post('index', 'rk_nobody-has-this-key-at-all')).status).toBe(401);
    expect(await stateOf()).toMatchObject({ state: 'READY' });
  });

  it('unloads and loads what there is', async () => {
    const { name: empty } = await served.task({ promoted: false });
    const index = (await (await post('index', adminKey)).json()) as object[];
    expect(index).toContainEqual({ name: model, version: '1', state: 'READY', reason: '' });
    expect(index).toContainEqual(expect.objectContaining({ name: empty, version: '', state: 'UNAVAILABLE' }));
    const ready = (await (await post('index', adminKey, '{"ready":true}')).json()) as { name: string }[];
    expect(ready.map((entry) => entry.name)).toEqual([model]);

    const order = (verb: string, model_name: string, parameters = {}) =>
      client.ask(`RepositoryModel${verb}`, { model_name, parameters }, { key: adminKey });
    expect(await order('Load', 'nobody')).toMatchObject({ status: 'NOT_FOUND' });
    expect(await order('Load', empty)).toMatchObject({ status: 'FAILED_PRECONDITION' });
    expect(await order('Load', model, { config: { string_param: '{}' } })).toMatchObject({
      status: 'INVALID_ARGUMENT',
    });
    const refused = await post('models/nobody/load', adminKey, '{}');
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error: "There is no task 'nobody'.", code: 'not_found' });
    expect((await post(`models/${empty}/unload`, adminKey)).status).toBe(409);
    expect((await post(`models/${model}/load`, adminKey, '{"parameters":{"config":"{}"}}')).status).toBe(422);
  });

  it('keeps a model out of the fleet through restarts, until it is loaded again', async () => {
    const unloaded = await post(`models/${model}/unload`, adminKey, '{"parameters":{"unload_dependents":false}}');
    expect(unloaded.status).toBe(200);
    await until(stateOf, ({ state }) => state === 'UNAVAILABLE');
    expect(await stateOf()).toMatchObject({ reason: 'unloaded' });
    await servedBy(0);
    expect(await infer()).toMatchObject({ status: 'NOT_FOUND', message: expect.stringContaining('loaded') });
    await served.restartApi();
    await served.inferencers[0].end('SIGKILL');
    await served.addInferencer('one');
    await until(
      async () => (await served.api.client.list('inferencers')).rows,
      (rows) => rows.some((row) => row.url === served.inferencers[2].url),
    );
    expect(await stateOf()).toMatchObject({ state: 'UNAVAILABLE', reason: 'unloaded' });

    expect(await client.ask('RepositoryModelLoad', { model_name: model }, { key: adminKey })).toEqual({
      status: 'OK',
      answer: {},
    });
    await servedBy(2);
    await until(stateOf, ({ state }) => state === 'READY');
    await until(infer, ({ status }) => status === 'OK');
    const { rows } = await served.api.client.list('audit-events', { filter: { resource: 'tasks' } });
    const deeds = rows.filter(({ action }) => action === 'load' || action === 'unload');
    expect(deeds.map(({ action }) => action).sort()).toEqual(['load', 'unload']);
    expect(deeds.every(({ actor }) => actor.startsWith('key:admin'))).toBe(true);
  });

  it('loses no call when an inferencer is killed', async () => {
    await servedBy(2);
    let stopped = false;
    const outcomes: RpcOutcome[] = [];
    const keys = await Promise.all(Array.from({ length: 4 }, () => served.key('viewer')));
    const clients = keys.map(async (own) => {
      while (!stopped) outcomes.push(await infer(model, own).finally(() => new Promise((r) => setTimeout(r, 25))));
    });
    const more = (count: number) => {
      const wanted = outcomes.length + count;
      return until(
        async () => outcomes.length,
        (length) => length >= wanted,
      );
    };
    await more(50);
    await served.inferencers[1].end('SIGKILL');
    await more(200);
    stopped = true;
    await Promise.all(clients);
    expect(outcomes.filter(({ status }) => status !== 'OK')).toEqual([]);
  });
});
