import type { LiveEvent } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { newId } from '../columns';
import { openDatabase } from '../database';
import { listenLive, type LiveListener } from './live-listener';
import { notifyLive } from './live-notice';

describe('live events', () => {
  let stack: TestStack;
  let database: DataSource;
  let listener: LiveListener;
  let heard: LiveEvent[];
  let gaps: number;
  let wake: () => void;
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const changed = (): LiveEvent => ({ type: 'changed', resource: 'tasks', id: newId() });

  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    database = await openDatabase(stack.databaseUrl, { poolSize: 3 });
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });
  beforeEach(async () => {
    heard = [];
    gaps = 0;
    wake = () => {};
    listener = await listenLive(stack.databaseUrl, {
      onEvent: (event) => {
        heard.push(event);
        wake();
      },
      onGap: () => {
        gaps++;
        wake();
      },
    });
  });
  afterEach(() => listener.close());

  it('arrive when their transaction commits, and not at all when it rolls back', async () => {
    const [lost, kept] = [changed(), changed()];
    await database
      .transaction(async (manager) => {
        await notifyLive(manager, lost);
        throw new Error('no');
      })
      .catch(() => undefined);
    await database.transaction(async (manager) => {
      await notifyLive(manager, kept);
      await manager.query('SELECT 1');
      expect(heard).toEqual([]);
    });
    await until(() => heard.length > 0);
    expect(heard).toEqual([kept]);
  });

  it('are refused above 8000 bytes', async () => {
    const points = Array.from({ length: 200 }, (_, step) => ({ name: 'train_loss' as const, step, value: 0.123456 }));
    const event: LiveEvent = { type: 'metrics', trialId: newId(), experimentId: newId(), points };
    await expect(notifyLive(database.manager, event)).rejects.toThrow('exceeds 7999');
  });

  it('flow again after the connection was cut, with word of the gap', async () => {
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ratchet live'`,
    );
    await until(() => gaps === 1);
    const event = changed();
    await notifyLive(database.manager, event);
    await until(() => heard.length > 0);
    expect(heard).toEqual([event]);
  });
});
