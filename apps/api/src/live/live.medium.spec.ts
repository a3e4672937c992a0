import { randomUUID } from 'node:crypto';
import { createParser } from 'eventsource-parser';
import { apiKeyCreated, RatchetClient, user } from '@ratchet/contracts';
import type { LiveEvent } from '@ratchet/domain';
import { type DataSource, newId, notifyLive } from '@ratchet/database';
import { ApiProcess, refusalOf } from '@ratchet/testing';
import { ApiGround } from '../api.scenario';

describe('server-sent events', () => {
  let ground: ApiGround;
  let api: ApiProcess;
  let database: DataSource;
  beforeAll(async () => {
    ground = await ApiGround.start();
    ({ api, database } = ground);
  }, 120_000);
  afterAll(() => ground?.stop());

  /** Opens a stream; `next` gives its events one by one. */
  const listen = (...topics: string[]) => listenAs(api.client, ...topics);
  const listenAs = async (client: RatchetClient, ...topics: string[]) => {
    const aborter = new AbortController();
    const response = await client.send('GET', `/api/events?topics=${topics.join(',')}`, { signal: aborter.signal });
    const waiting: string[] = [];
    const parser = createParser({ onEvent: ({ data }) => waiting.push(data) });
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    return {
      headers: response.headers,
      async next(): Promise<unknown> {
        while (waiting.length === 0) {
          const { done, value } = await reader.read();
          if (done) return 'the end';
          parser.feed(decoder.decode(value, { stream: true }));
        }
        return JSON.parse(waiting.shift()!);
      },
      close: () => aborter.abort(),
    };
  };
  const tell = (event: LiveEvent) => notifyLive(database.manager, event);

  it('bring what happened to a subscribed topic, and nothing else', async () => {
    const [trialId, experimentId] = [newId(), newId()];
    const stream = await listen(`resource/trials/${trialId}`, 'resource/tasks');
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const wanted: LiveEvent = {
      type: 'metrics',
      trialId,
      experimentId,
      points: [{ name: 'train_loss', step: 1, value: 0.5 }],
    };
    await tell({ type: 'metrics', trialId: newId(), experimentId, points: [] });
    await tell({ type: 'changed', resource: 'networks', id: newId() });
    await tell(wanted);
    const changed: LiveEvent = { type: 'changed', resource: 'tasks', id: newId() };
    await tell(changed);
    expect(await stream.next()).toEqual(wanted);
    expect(await stream.next()).toEqual(changed);
    stream.close();
  });

  it('bring what a call of the API changed', async () => {
    const stream = await listen('resource/hyperparameter-sets');
    const set = await api.client.create('hyperparameter-sets', { name: randomUUID(), grid: {} });
    expect(await stream.next()).toEqual({ type: 'changed', resource: 'hyperparameter-sets', id: set.id });
    stream.close();
  });

  it('reach fifty listeners at once', async () => {
    const streams = await Promise.all(Array.from({ length: 50 }, () => listen('resource/tasks')));
    const event: LiveEvent = { type: 'changed', resource: 'tasks', id: newId() };
    await tell(event);
    expect(await Promise.all(streams.map((stream) => stream.next()))).toEqual(streams.map(() => event));
    for (const stream of streams) stream.close();
  });

  it('say that something may have been missed after the database was away', async () => {
    const stream = await listen('resource/tasks');
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ratchet live'`,
    );
    expect(await stream.next()).toEqual({ type: 'resumed' });
    stream.close();
  });

  it('end for a reader whose key is revoked or whose account is disabled, and for nobody else', async () => {
    const made = await api.client.call('POST', '/api/api-keys', apiKeyCreated, { name: 'reader', role: 'viewer' });
    const account = { email: 'reader@ratchet.local', name: 'Reader', role: 'viewer', password: randomUUID() } as const;
    const { id: userId } = await api.client.create('users', account);
    const byKey = await listenAs(RatchetClient.withApiKey(api.url, made.key), 'resource/tasks');
    const byUser = await listenAs(await api.asUser(account.email, account.password), 'resource/tasks');
    const other = await listen('resource/tasks');
    await api.client.send('DELETE', `/api/api-keys/${made.id}`);
    expect(await byKey.next()).toBe('the end');
    await api.client.call('PATCH', `/api/users/${userId}`, user, { disabled: true });
    expect(await byUser.next()).toBe('the end');
    const event: LiveEvent = { type: 'changed', resource: 'tasks', id: newId() };
    await tell(event);
    expect(await other.next()).toEqual(event);
    other.close();
  });

  it.each(['', 'resource/', 'everything', 'resource/trials/../x'])('refuse the topic "%s"', async (topic) => {
    expect(await refusalOf(api.client.send('GET', `/api/events?topics=${encodeURIComponent(topic)}`))).toMatchObject({
      status: 422,
    });
  });

  it('end whole when the process is asked to stop, which does not wait for their readers', async () => {
    const other = await ApiProcess.start(ground.stack);
    const response = await other.client.send('GET', '/api/events?topics=resource/tasks');
    const [code, text] = await Promise.all([other.end(), response.text()]); // a stream that is cut would reject
    expect(code).toBe(0);
    expect(text).toContain('listening');
  });

  it('end with the supervisor that forked the process', async () => {
    const other = await ApiProcess.start(ground.stack);
    const gone = new Promise((resolve) => other.child.once('exit', resolve));
    other.child.disconnect();
    expect(await gone).toBe(0);
  });
});
