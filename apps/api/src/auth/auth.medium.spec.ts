import { RatchetClient, session, user } from '@ratchet/contracts';
import { type DataSource } from '@ratchet/database';
import { startTestStack } from '@ratchet/local-stack';
import { apiAdmin, ApiProcess, apiWorkerToken, forkApi, refusalOf, signIn } from '@ratchet/testing';
import { ApiGround } from '../api.scenario';

const refusal = async (call: Promise<unknown>) => {
  const { status, code, message } = await refusalOf(call);
  return { status, code, message };
};

describe('who may do what', () => {
  let ground: ApiGround;
  let api: ApiProcess;
  let database: DataSource;
  beforeAll(async () => {
    ground = await ApiGround.start();
    ({ api, database } = ground);
  }, 120_000);
  afterAll(() => ground?.stop());

  const bearer = (token: string) => RatchetClient.withApiKey(api.url, token);
  const keyOf = async (role: 'viewer' | 'operator' | 'engineer' | 'admin') => {
    const response = await api.client.send('POST', '/api/api-keys', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: role, role }),
    });
    return (await response.json()) as { id: string; key: string };
  };

  it('opens nothing but health to strangers', async () => {
    const stranger = new RatchetClient(api.url, {});
    for (const open of ['/healthz', '/readyz']) expect((await stranger.send('GET', open)).status).toBe(200);
    const document = (await (await api.client.send('GET', '/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const closed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, 'x')] as const),
    );
    expect(closed.length).toBeGreaterThan(40);
    for (const [method, path] of closed) {
      if (/^\/(healthz|readyz|v2\/health\/\w+)$/.test(path) || (method === 'POST' && path === '/api/session')) continue;
      const answer = await refusal(stranger.send(method, path));
      expect({ method, path, status: answer.status }).toEqual({ method, path, status: 401 });
    }
  });

  it('signs in, says who that is, and signs out for good', async () => {
    const client = await api.asUser(apiAdmin.email, apiAdmin.password);
    expect(await client.call('GET', '/api/session', session)).toMatchObject({ email: apiAdmin.email, role: 'admin' });
    await client.send('DELETE', '/api/session');
    expect(await refusal(client.send('GET', '/api/session'))).toMatchObject({ status: 401 });
  });

  it('keeps the cookie from scripts and other sites, and the token out of the database', async () => {
    const response = await new RatchetClient(api.url, {}).send('POST', '/api/session', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(apiAdmin),
    });
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const token = /ratchet_session=([^;]+)/.exec(cookie)![1];
    const rows = await database.query('SELECT * FROM sessions');
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('says neither whether the address nor whether the password was wrong', async () => {
    const wrong = await refusal(signIn(api.url, apiAdmin.email, 'wrong password'));
    const unknown = await refusal(signIn(api.url, 'nobody@ratchet.local', 'wrong password'));
    expect(wrong).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(unknown).toEqual(wrong);
  });

  it('refuses the account after ten wrong passwords, also twenty at once, and says for how long', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 20 }, () => refusal(signIn(api.url, 'target@ratchet.local', 'guess'))),
    );
    expect(attempts.filter((a) => a.status === 401)).toHaveLength(10);
    expect(attempts.filter((a) => a.status === 429)).toHaveLength(10);
    expect(attempts.find((a) => a.status === 429)?.message).toMatch(/try again in 15 minutes/);
  });

  it('refuses an expired session', async () => {
    const client = await api.asUser(apiAdmin.email, apiAdmin.password);
    await database.query("UPDATE sessions SET expires_at = now() - interval '1 second'");
    expect(await refusal(client.list('tasks'))).toEqual({
      status: 401,
      code: 'unauthenticated',
      message: 'The session has expired or was ended. Sign in again.',
    });
  });

  it('refuses foreign, malformed and revoked keys', async () => {
    const { id, key } = await keyOf('viewer');
    await bearer(key).list('tasks');
    await api.client.send('DELETE', `/api/api-keys/${id}`);
    for (const bad of [key, `rk_${'x'.repeat(43)}`, 'x'.repeat(43), 'short'])
      expect(await refusal(bearer(bad).list('tasks'))).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('lets a revoked key predict no more, though the gateway had just known it', async () => {
    const { id, key } = await keyOf('operator');
    const predict = async () => (await refusal(bearer(key).send('POST', '/v2/models/none/classify'))).status;
    expect(await predict()).toBe(503); // nobody serves here
    const revokedAt = performance.now();
    await api.client.send('DELETE', `/api/api-keys/${id}`);
    while ((await predict()) !== 401) expect(performance.now() - revokedAt).toBeLessThan(9_000);
  });

  it('shows a key once and stores its hash alone', async () => {
    const { id, key } = await keyOf('viewer');
    expect(JSON.stringify(await api.client.get('api-keys', id))).not.toContain(key);
    expect(JSON.stringify(await database.query('SELECT * FROM api_keys'))).not.toContain(key);
    expect(JSON.stringify(await database.query('SELECT * FROM idempotency_keys'))).not.toContain(key);
  });

  it('holds every role to what it may do', async () => {
    const [viewer, engineer] = [bearer((await keyOf('viewer')).key), bearer((await keyOf('engineer')).key)];
    const set = { name: 'by an engineer', grid: {} };
    await viewer.list('hyperparameter-sets');
    expect(await refusal(viewer.create('hyperparameter-sets', set))).toMatchObject({
      status: 403,
      message: 'This takes the role engineer; you are viewer.',
    });
    await engineer.create('hyperparameter-sets', set);
    for (const resource of ['users', 'api-keys', 'audit-events'] as const)
      expect(await refusal(engineer.list(resource))).toMatchObject({ status: 403 });
  });

  it('opens only the internal routes to the worker token', async () => {
    expect(await refusal(bearer(apiWorkerToken).list('tasks'))).toMatchObject({ status: 403 });
    expect((await bearer(apiWorkerToken).send('GET', '/metrics')).status).toBe(200);
  });

  it('refuses a write that a page of another site sends with the cookie', async () => {
    const cookie = await signIn(api.url, apiAdmin.email, apiAdmin.password);
    const foreign = new RatchetClient(api.url, { cookie, origin: 'https://evil.example' });
    expect(await refusal(foreign.create('hyperparameter-sets', { name: 'x', grid: {} }))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    const form = new RatchetClient(api.url, { cookie, 'content-type': 'text/plain' });
    expect(await refusal(form.send('POST', '/api/hyperparameter-sets', { body: '{}' }))).toMatchObject({ status: 403 });
    const own = new RatchetClient(api.url, { cookie, origin: api.url });
    await own.create('hyperparameter-sets', { name: 'from our own page', grid: {} });
  });

  it('ends the sessions of a user whose password changes or who is disabled', async () => {
    const password = 'a long enough one';
    const row = await api.client.create('users', { email: 'Ann@Example.com', name: 'Ann', role: 'engineer', password });
    expect(row.email).toBe('ann@example.com');
    const ann = await api.asUser('ANN@example.com', password);
    await ann.list('tasks');
    const change = (body: object) => api.client.call('PATCH', `/api/users/${row.id}`, user, body);
    await change({ password: 'another long one' });
    expect(await refusal(ann.list('tasks'))).toMatchObject({ status: 401 });
    await change({ disabled: true });
    expect(await refusal(signIn(api.url, 'ann@example.com', 'another long one'))).toMatchObject({ status: 401 });
  });

  it('keeps the last administrator', async () => {
    const { rows } = await api.client.list('users', { filter: { role: 'admin' } });
    const demote = api.client.call('PATCH', `/api/users/${rows[0].id}`, user, { role: 'viewer' });
    expect(await refusal(demote)).toMatchObject({
      status: 409,
      message: expect.stringContaining('last administrator'),
    });
  });

  it('leaves a trail of who did what, without secrets', async () => {
    const row = await api.client.create('users', {
      email: 'trail@example.com',
      name: 'T',
      role: 'viewer',
      password: 'not for the log',
    });
    const { rows } = await api.client.list('audit-events', { filter: { resourceId: row.id } });
    expect(rows).toMatchObject([{ actor: 'key:tests', action: 'users.create', resource: 'users' }]);
    expect(JSON.stringify(rows)).not.toContain('not for the log');
    expect(api.log.join('')).not.toContain('not for the log');
  });

  it('logs a failed statement without what it was to write', async () => {
    await database.query("ALTER TABLE users ADD CONSTRAINT unlucky CHECK (name <> 'Unlucky')");
    const user = {
      email: 'unlucky@example.com',
      name: 'Unlucky',
      role: 'viewer',
      password: 'never to be seen',
    } as const;
    const { status, correlationId } = await refusalOf(api.client.create('users', user));
    await database.query('ALTER TABLE users DROP CONSTRAINT unlucky');
    expect(status).toBe(500);
    const logged = () =>
      api.log
        .join('')
        .split('\n')
        .find((line) => line.includes(correlationId));
    while (!logged()) await new Promise((resolve) => setTimeout(resolve, 10)); // through the pipe
    expect(logged()).toContain('INSERT INTO');
    expect(logged()).not.toContain('scrypt');
    expect(logged()).not.toContain('unlucky@example.com');
  });
});

describe('the first start', () => {
  it('prints a generated password once, and it signs in', async () => {
    const stack = await startTestStack();
    const start = () => forkApi({ ...stack, env: { RATCHET_ADMIN_PASSWORD: '' } });
    const [first, second] = [await start(), await start()];
    try {
      const password = /Password \(shown only now\): (\S+)/.exec(first.log.join(''))?.[1];
      expect(password).toMatch(/^(\w{4}-){4}\w{4}$/);
      await signIn(second.url, apiAdmin.email, password!);
      expect(second.log.join('')).not.toContain('Password');
    } finally {
      first.child.kill();
      second.child.kill();
      await stack.stop();
    }
  });
});
