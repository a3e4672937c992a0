import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { challenge, classifyAnswer, promotion, RatchetClient } from '@ratchet/contracts';
import { type DataSource, newId, openDatabase } from '@ratchet/database';
import type { Role } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import {
  apiAdmin,
  ApiProcess,
  apiWorkerToken,
  constantModel,
  InferenceClient,
  InferencerProcess,
  inferRequest,
  manifestOf,
  publishModel,
  refusalOf,
  type TestModel,
  TraceCollector,
} from '@ratchet/testing';
import { z } from 'zod';
import { ApiScenario, type ComeBeforeGate, scenarioClasses } from '../api.scenario';

// Real: PostgreSQL, Redis, object store, API process, two inferencer processes. What a trainer does is done here by hand.

const input = { height: 28, width: 28, channels: 1 } as const;
const models = [0, 1].map((answer) => constantModel({ input, classes: scenarioClasses, answer }));
const pixels = {
  method: 'POST',
  headers: { 'content-type': 'application/vnd.ratchet.pixels' },
  body: Buffer.alloc(784),
};

jest.setTimeout(120_000); // processes start slowly on a busy machine

describe('the fleet', () => {
  let stack: TestStack;
  const collector = new TraceCollector();
  let api: ApiProcess;
  let database: DataSource;
  let directory: string;
  let task: { id: string; name: string };
  let decide: ComeBeforeGate;
  const fleet: InferencerProcess[] = [];

  beforeAll(async () => {
    stack = await startTestStack();
    directory = await mkdtemp(path.join(tmpdir(), 'fleet-spec-'));
    // Nothing is traced but what a caller traces.
    const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: await collector.start(), OTEL_TRACES_SAMPLER_ARG: '0' };
    api = await ApiProcess.start({ ...stack, env: traced });
    database = await openDatabase(stack.databaseUrl, { poolSize: 4 });
    const start = (name: string) =>
      InferencerProcess.start({
        name,
        apiUrl: api.url,
        token: apiWorkerToken,
        dataDir: stack.objectsDirectory,
        cacheDir: directory,
        env: { RATCHET_LOG_LEVEL: 'error', ...traced },
      });
    await Promise.all(['one', 'two'].map(async (name) => fleet.push(await start(name))));
    const scenario = new ApiScenario(database, api.client);
    const selection = await scenario.selection();
    task = await api.client.get('tasks', selection.taskId);
    decide = await scenario.training(selection);
    const store = openObjectStore({ kind: 'directory', directory: stack.objectsDirectory });
    for (const model of models) await publishModel(store, model);
  });
  afterAll(async () => {
    await Promise.all(fleet.map((inferencer) => inferencer.end('SIGKILL')));
    await database?.destroy();
    await api?.end();
    await collector.stop();
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const promote = (model: TestModel, wrong: number) => decide(manifestOf(model), wrong);
  const classify = async (client = api.client) =>
    classifyAnswer.parse(await (await client.send('POST', `/v2/models/${task.name}/classify`, pixels)).json());
  /** Resolves with the generation's deployment once both inferencers serve it. */
  const servedBy = async (count: number, generation: number) => {
    for (;;) {
      const { rows } = await api.client.list('inferencers');
      const serving = rows.filter((row) =>
        row.models.some((m) => m.generation === generation && m.state === 'SERVING'),
      );
      if (serving.length === count) return rows;
      await setTimeout(100);
    }
  };

  it('has no model before the first promotion, and says so', async () => {
    expect(await refusalOf(classify())).toMatchObject({ status: 404, code: 'not_found' });
    const { rows } = await api.client.list('inferencers');
    expect(rows.map((row) => row.state)).toEqual(['ONLINE', 'ONLINE']);
  });

  it('serves a promotion on every inferencer, without a request noticing', async () => {
    await promote(models[0], 1);
    await servedBy(2, 1);
    expect(await classify()).toMatchObject({ task: task.name, generation: 1 });
    let stopped = false;
    let answers = 0;
    const client = (async () => {
      for (; !stopped; answers++) await classify();
    })();
    await promote(models[1], 0);
    const rows = await servedBy(2, 2);
    stopped = true;
    await client; // throws had one request failed
    expect(answers).toBeGreaterThan(0);
    expect((await classify()).predictions[0].class).toBe(scenarioClasses[1]);
    const { rows: deployments } = await api.client.list('deployments', { filter: { taskId: task.id } });
    const [newest] = deployments;
    expect(newest.generation).toBe(2);
    expect(Date.parse(newest.lastServingAt!)).toBeGreaterThanOrEqual(Date.parse(newest.firstServingAt!));
    expect(
      rows.every((row) => row.models.every((model) => model.swapMs !== undefined || model.state !== 'SERVING')),
    ).toBe(true);
  });

  const keyOf = async (role: Role) =>
    (await api.client.call('POST', '/api/api-keys', z.object({ key: z.string() }), { name: 'spec', role })).key;
  const challengePath = () => `/api/tasks/${task.id}/challenge`;
  const putChallenge = (body: object, client = api.client) => client.call('PUT', challengePath(), challenge, body);
  const versionsOfTask = async () =>
    (await api.client.list('model-versions', { filter: { taskId: task.id }, sort: ['version', 'ASC'] })).rows;

  it('lets a model challenge the champion by one call, shows what came of it, and takes it back by another', async () => {
    const [first, second] = await versionsOfTask();
    const started = await putChallenge({ modelVersionId: first.id, mode: 'canary', percent: 100 });
    expect(started).toMatchObject({ againstId: second.id, version: 1, generation: 3, endedAt: null });
    await servedBy(2, 3);
    for (let i = 0; i < 10; i++)
      expect(await classify()).toMatchObject({ digest: first.digest, generation: 3, predictions: [{ class: 'good' }] });
    const figures = async () => (await api.client.get('challenges', started.id)).challenger;
    while ((await figures()).requests < 10) await setTimeout(50);
    expect(await figures()).toMatchObject({ requests: 10, failed: 0, p99Ms: expect.any(Number) });
    expect((await api.client.get('tasks', task.id)).champion).toMatchObject({
      modelVersionId: second.id,
      generation: 2,
    });

    const stopped = await api.client.call('DELETE', challengePath(), challenge);
    expect(stopped).toMatchObject({ id: started.id, ending: 'stopped' });
    while ((await classify()).digest !== second.digest) await setTimeout(50);
    const { rows } = await api.client.list('audit-events', { filter: { resourceId: task.id }, sort: ['at', 'DESC'] });
    expect(rows.slice(0, 2).map((row) => row.action)).toEqual(['challenge.stop', 'challenge']);
  });

  it('refuses a challenge that makes no sense, and anybody who may not start one', async () => {
    const [first, second] = await versionsOfTask();
    const order = { modelVersionId: first.id, mode: 'shadow', percent: 10 };
    for (const wrong of [{ percent: 101 }, { percent: -1 }, { mode: 'dark' }, { modelVersionId: '1' }, { extra: 1 }])
      expect(await refusalOf(putChallenge({ ...order, ...wrong }))).toMatchObject({ status: 422 });
    expect(await refusalOf(putChallenge({ ...order, modelVersionId: second.id }))).toMatchObject({ status: 409 });
    expect(await refusalOf(putChallenge({ ...order, modelVersionId: newId() }))).toMatchObject({ status: 404 });
    expect(await refusalOf(api.client.call('DELETE', challengePath(), challenge))).toMatchObject({ status: 404 });
    const viewer = RatchetClient.withApiKey(api.url, await keyOf('viewer'));
    expect(await refusalOf(putChallenge(order, viewer))).toMatchObject({ status: 403 });
    expect((await viewer.list('challenges')).rows).toHaveLength(1);
  });

  it('follows a rollback by one call, which ends the challenge of the model that it brings back', async () => {
    const [first] = await versionsOfTask();
    const { id } = await putChallenge({ modelVersionId: first.id, mode: 'shadow', percent: 100 });
    await servedBy(2, 4);
    await api.client.call('POST', `/api/tasks/${task.id}/rollback`, promotion, { reason: 'spec' });
    await servedBy(2, 5);
    expect(await classify()).toMatchObject({ generation: 5, predictions: [{ class: scenarioClasses[0] }] });
    expect((await api.client.get('challenges', id)).ending).toBe('promoted');
  });

  it('predicts for a session and for a key, for nobody else, and gives workers only their own routes', async () => {
    const session = await api.asUser(apiAdmin.email, apiAdmin.password);
    expect((await classify(session)).predictions).toHaveLength(1);
    const url = `${api.url}/v2/models/${task.name}/classify`;
    const statusWith = async (authorization?: string) =>
      (await fetch(url, { ...pixels, headers: { ...pixels.headers, ...(authorization && { authorization }) } })).status;
    expect(await statusWith()).toBe(401);
    expect(await statusWith('Bearer rk_somebodys-own-invention')).toBe(401);
    expect(await statusWith(`Bearer ${apiWorkerToken}`)).toBe(403);
    expect((await fetch(`${api.url}/internal/deployments/events`)).status).toBe(401);
    expect((await fetch(`${api.url}/v2/health/ready`)).status).toBe(200);
  });

  it('knows a stopped inferencer as stopped, and serves on with the other', async () => {
    expect(await fleet[1].end('SIGTERM')).toBe(0);
    const { rows } = await api.client.list('inferencers', { filter: { draining: true } });
    expect(rows.map((row) => row.state)).toEqual(['DRAINING']);
    expect((await classify()).generation).toBe(5);
  });

  it('tells a collector, under the trace of the caller, what a prediction went through in both processes', async () => {
    const caller = 'cd'.repeat(8);
    const traced = (traceId: string) => ({ traceparent: `00-${traceId}-${caller}-01` });
    const [overHttp, overGrpc] = ['ab'.repeat(16), 'ef'.repeat(16)];
    const headers = { ...pixels.headers, ...traced(overHttp) };
    await api.client.send('POST', `/v2/models/${task.name}/classify`, { ...pixels, headers });
    const rpc = new InferenceClient(api.grpcUrl);
    const request = inferRequest(pixels.body, [1, 28, 28, 1], { model: task.name });
    const { status } = await rpc.ask('ModelInfer', request, {
      key: await keyOf('engineer'),
      headers: traced(overGrpc),
    });
    expect(status).toBe('OK');
    rpc.close();
    await Promise.all([api.end(), fleet[0].end()]); // what is left is sent now

    for (const [traceId, served, called, answered] of [
      [overHttp, 'POST /v2/models/{task}', 'POST', 'POST /v2/models/{task}/classify'],
      [overGrpc, 'ModelInfer', 'ModelInfer', 'ModelInfer'],
    ]) {
      const spans = collector.spans.filter((span) => span.traceId === traceId);
      const childOf = (parentSpanId: string, service: string, name: string) => {
        const found = spans.filter((s) => s.parentSpanId === parentSpanId && s.service === service && s.name === name);
        expect(found).toHaveLength(1);
        return found[0];
      };
      const gateway = childOf(caller, 'ratchet-api', served);
      const hop = childOf(gateway.spanId, 'ratchet-api', called);
      const inferencer = childOf(hop.spanId, 'ratchet-inferencer', answered);
      const parts = ['input', 'queue', 'infer', 'output'].map((name) =>
        childOf(inferencer.spanId, 'ratchet-inferencer', name),
      );
      expect(spans).toHaveLength(7);
      // Starts are the wall clock's whole milliseconds, and a parent may end a moment before its child is told to.
      const slack = 100_000_000n;
      const within = (inner: typeof hop, outer: typeof hop) =>
        BigInt(inner.startTimeUnixNano) >= BigInt(outer.startTimeUnixNano) - slack &&
        BigInt(inner.endTimeUnixNano) <= BigInt(outer.endTimeUnixNano) + slack;
      expect(within(hop, gateway)).toBe(true);
      expect(parts.every((part) => within(part, inferencer))).toBe(true);
    }
    expect(collector.spans).toHaveLength(14);
  });
});
