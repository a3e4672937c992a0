import { randomUUID } from 'node:crypto';
import { hyperparameterSet, RatchetClient } from '@ratchet/contracts';
import { type DataSource } from '@ratchet/database';
import { apiAdmin, ApiProcess, refusalOf } from '@ratchet/testing';
import { ApiGround, type ApiScenario } from '../api.scenario';

describe('the REST conventions', () => {
  let ground: ApiGround;
  let api: ApiProcess;
  let database: DataSource;
  let scenario: ApiScenario;
  beforeAll(async () => {
    ground = await ApiGround.start();
    ({ api, database, scenario } = ground);
  }, 120_000);
  afterAll(() => ground?.stop());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    api.client.send('POST', path, {
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  describe('lists', () => {
    const names = ['alpha', 'beta', 'gamma'].map((name) => `${name}-${randomUUID()}`);
    beforeAll(() => Promise.all(names.map((name) => api.client.create('hyperparameter-sets', { name, grid: {} }))));

    it('are paged with Content-Range, sorted and filtered', async () => {
      const query = new URLSearchParams({
        filter: JSON.stringify({ name: names }),
        sort: '["name","DESC"]',
        range: '[1,1]',
      });
      const response = await api.client.send('GET', `/api/hyperparameter-sets?${query}`);
      expect(response.headers.get('content-range')).toBe('rows 1-1/3');
      expect(await response.json()).toMatchObject([{ name: names[1] }]);
    });

    it('answer an empty page past the end', async () => {
      const { rows, total } = await api.client.list('hyperparameter-sets', {
        filter: { name: names },
        range: [100, 124],
      });
      expect({ rows, total }).toEqual({ rows: [], total: 3 });
    });

    it.each([
      ['filter={"colour":"red"}', "there is no field 'colour'; allowed are id, name, description, createdAt"],
      ['sort=["grid","ASC"]', "'grid' is not sortable; allowed are id, name, createdAt"],
      ['sort=["name","UPWARDS"]', 'must be JSON such as ["createdAt","DESC"]'],
      ['filter=[1]', 'must be JSON such as {"state":"RUNNING"}'],
      ['filter={"id":["1"]}', 'id must be a UUID'],
      ['range=[0,5000]', 'spans more than 1000 rows'],
      ['range=[-1,5]', 'must be JSON such as [0,24]'],
      ['range=twenty', 'must be JSON such as [0,24]'],
    ])('refuse %s', async (query, message) => {
      const refusal = await refusalOf(
        api.client.send('GET', `/api/hyperparameter-sets?${encodeURI(query).replaceAll('%5B', '[')}`),
      );
      expect(refusal).toMatchObject({ status: 400, code: 'invalid_query', message: expect.stringContaining(message) });
    });

    it('exist for every resource, with rows that fit the contract', async () => {
      await scenario.selection().then((selection) => api.client.create('experiments', selection));
      for (const resource of [
        'tasks',
        'networks',
        'network-versions',
        'hyperparameter-sets',
        'experiments',
        'trials',
        'model-versions',
        'promotions',
        'deployments',
        'users',
        'api-keys',
        'audit-events',
      ] as const) {
        const { rows } = await api.client.list(resource, { range: [0, 9] });
        if (rows[0]) expect(await api.client.get(resource, rows[0].id)).toEqual(rows[0]);
      }
    });
  });

  describe('problems', () => {
    it('carry the correlation id of the request, in header and body', async () => {
      const response = await fetch(`${api.url}/api/tasks/${randomUUID()}`, {
        headers: { 'x-correlation-id': 'my-own-id-1', cookie: '' },
      });
      expect(response.headers.get('x-correlation-id')).toBe('my-own-id-1');
      expect(await response.json()).toMatchObject({ correlationId: 'my-own-id-1' });
      const invented = await fetch(`${api.url}/healthz`, { headers: { 'x-correlation-id': 'no\tgood' } });
      expect(invented.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    });

    it.each([
      ['GET', `/api/tasks/${randomUUID()}`, 404, 'not_found'],
      ['GET', '/api/tasks/not-an-id', 404, 'not_found'],
      ['GET', '/api/no-such-thing', 404, 'http_404'],
      ['POST', `/api/trials/${randomUUID()}/cancel`, 404, 'not_found'],
      ['DELETE', `/api/networks/${randomUUID()}`, 404, 'not_found'],
    ])('%s %s is %d', async (method, path, status, code) => {
      expect(await refusalOf(api.client.send(method, path))).toMatchObject({ status, code });
    });

    it('say what is wrong with a body that is no JSON, not announced as JSON, or too large', async () => {
      expect(await refusalOf(post('/api/networks', '{"name":'))).toMatchObject({
        status: 400,
        message: expect.stringMatching(/^body: is not valid JSON .* Send JSON\.$/),
      });
      expect(await refusalOf(post('/api/networks', 'name=x', { 'content-type': 'text/plain' }))).toMatchObject({
        status: 422,
        message: expect.stringContaining('application/json'),
      });
      expect(await refusalOf(post('/api/networks', { name: 'x'.repeat(3 << 20) }))).toMatchObject({
        status: 413,
        message: 'body: is larger than the 2097152 bytes allowed. Send less.',
      });
    });

    it('refuse text that PostgreSQL cannot keep, wherever it stands', async () => {
      const name = 'a\u0000b';
      const said = { status: 422, message: expect.stringContaining('U+0000') };
      expect(await refusalOf(post('/api/datasets', { name }))).toMatchObject(said);
      expect(await refusalOf(post('/api/session', { email: name, password: name }))).toMatchObject(said);
      expect(await refusalOf(api.client.list('datasets', { filter: { name } }))).toMatchObject(said);
    });

    it('tell who gives a name where an id belongs what to give', async () => {
      expect(await refusalOf(api.client.send('GET', '/api/tasks/digits'))).toMatchObject({
        status: 404,
        message: "There is no task 'digits'. Give its id, a UUID; the list of its kind tells it.",
      });
    });

    it.each([
      [{ learningRate: -1 }, 'grid.learningRate', /more than 0, not -1/],
      [{ learningRate: 'NaN' }, 'grid.learningRate', /a number, not 'NaN'/],
      [{ learningRate: [0.1, -1] }, 'grid.learningRate.1', /more than 0, not -1/],
      [{ learningRate: [] }, 'grid.learningRate', /at least 1 entry/],
      [{ lerningRate: 0.1 }, 'grid.lerningRate', /is not a known field/],
      [{ optimizer: 'magic' }, 'grid.optimizer', /sgd/],
      [{ epochs: 1.5 }, 'grid.epochs', /a whole number, not 1.5/],
      [
        { seed: Array.from({ length: 40 }, (_, i) => i), epochs: Array.from({ length: 40 }, (_, i) => i + 1) },
        'grid',
        /more than 1000/,
      ],
    ])('name the hyperparameter that is wrong: %j', async (grid, field, message) => {
      const refusal = await refusalOf(post('/api/hyperparameter-sets', { name: randomUUID(), grid }));
      expect(refusal).toMatchObject({ status: 422, code: 'invalid_input' });
      expect(refusal.errors).toContainEqual({ field, message: expect.stringMatching(message) });
    });

    it('refuse bare NaN, which is no JSON', async () => {
      const body = '{"name":"n","grid":{"learningRate":NaN}}';
      expect(await refusalOf(post('/api/hyperparameter-sets', body))).toMatchObject({ status: 400 });
    });

    it('refuse a name that is taken, for twenty at once all but once', async () => {
      const name = randomUUID();
      const answers = await Promise.allSettled(
        Array.from({ length: 20 }, () => api.client.create('hyperparameter-sets', { name, grid: {} })),
      );
      const refused = await Promise.all(
        answers.flatMap((a) => (a.status === 'rejected' ? [refusalOf(Promise.reject(a.reason))] : [])),
      );
      expect(refused).toHaveLength(19);
      for (const refusal of refused)
        expect(refusal).toMatchObject({
          status: 409,
          message: `There is a hyperparameter set named '${name}' already; choose another name.`,
        });
    });
  });

  describe('idempotency keys', () => {
    const create = (key: string, name: string) => api.client.create('hyperparameter-sets', { name, grid: {} }, key);

    it('create once, however often and however concurrently they come', async () => {
      const [key, name] = [randomUUID(), randomUUID()];
      const answers = await Promise.allSettled(Array.from({ length: 20 }, () => create(key, name)));
      const first = await create(key, name);
      for (const answer of answers) {
        if (answer.status === 'fulfilled') expect(answer.value).toEqual(first);
        else
          expect(await refusalOf(Promise.reject(answer.reason))).toMatchObject({
            status: 409,
            message: expect.stringContaining('still running'),
          });
      }
      expect((await api.client.list('hyperparameter-sets', { filter: { name } })).total).toBe(1);
      expect((await api.client.list('audit-events', { filter: { resourceId: first.id } })).total).toBe(1);
    });

    it('are not to be used for something else', async () => {
      const key = randomUUID();
      await create(key, randomUUID());
      expect(await refusalOf(create(key, randomUUID()))).toMatchObject({
        status: 422,
        errors: [{ field: 'Idempotency-Key', message: expect.stringContaining('another request') }],
      });
    });

    it('stay free when the call fails', async () => {
      const [key, name] = [randomUUID(), randomUUID()];
      const taken = await create(randomUUID(), name);
      expect(await refusalOf(create(key, name))).toMatchObject({ status: 409 });
      await api.client.send('DELETE', `/api/hyperparameter-sets/${taken.id}`);
      expect(await create(key, name)).toMatchObject({ name });
    });

    it('never run a call again that was cut off, for nobody knows what it did', async () => {
      const [key, name] = [randomUUID(), randomUUID()];
      await create(key, name);
      await database.query(
        `UPDATE idempotency_keys SET status = NULL, response = NULL, created_at = now() - interval '2 minutes' WHERE key = $1`,
        [key],
      );
      expect(await refusalOf(create(key, name))).toMatchObject({
        status: 409,
        message: expect.stringContaining('may have taken effect'),
      });
    });

    it('belong to one caller', async () => {
      const key = randomUUID();
      const mine = await create(key, randomUUID());
      const session = await api.asUser(apiAdmin.email, apiAdmin.password);
      const theirs = await session.create('hyperparameter-sets', { name: randomUUID(), grid: {} }, key);
      expect(theirs.id).not.toBe(mine.id);
    });
  });

  it('keeps what was deleted out of lists and out of reach', async () => {
    const set = await scenario.hyperparameters();
    await api.client.send('DELETE', `/api/hyperparameter-sets/${set.id}`);
    expect(
      await refusalOf(api.client.call('GET', `/api/hyperparameter-sets/${set.id}`, hyperparameterSet)),
    ).toMatchObject({ status: 404 });
    const { rows } = await api.client.list('hyperparameter-sets', { filter: { id: [set.id] } });
    expect(rows).toEqual([]);
  });

  it('goes on after all its connections to the database were cut', async () => {
    await database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'ratchet%' AND pid <> pg_backend_pid()",
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.client.list('tasks').then(
          () => 200,
          (error: { status: number }) => error.status,
        ),
      ),
    );
    expect(answers.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    await api.client.list('tasks');
  });

  it('says which of what it depends on is away', async () => {
    const elsewhere = await ApiProcess.start({ ...ground.stack, env: { REDIS_URL: 'redis://127.0.0.1:1' } });
    try {
      expect(await refusalOf(new RatchetClient(elsewhere.url, {}).send('GET', '/readyz'))).toMatchObject({
        status: 503,
        message: expect.stringContaining('Redis is unavailable'),
      });
      expect((await fetch(`${elsewhere.url}/healthz`)).status).toBe(200);
    } finally {
      await elsewhere.end();
    }
  });
});
