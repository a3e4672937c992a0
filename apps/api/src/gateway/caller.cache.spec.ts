import type { IncomingMessage } from 'node:http';
import { Unauthenticated } from '@ratchet/domain';
import type { Caller } from '../http/caller';
import type { LiveMessage, LiveSubscriber } from '../live/live.hub';
import { CallerCache } from './caller.cache';

const request = (headers: Record<string, string>, method = 'POST') =>
  ({ headers, method }) as unknown as IncomingMessage;
const withKey = request({ authorization: 'Bearer rk_key' });
const key: Caller = { kind: 'key', id: 'k', name: 'camera', role: 'viewer' };

/** Who is known is decided by the function given; nothing else of authentication is stood in for. */
const setUp = (lookUp: () => Promise<Caller>) => {
  let lookUps = 0;
  const tell: LiveSubscriber[] = [];
  const cache = new CallerCache(
    {
      authenticate: () => {
        lookUps++;
        return lookUp();
      },
    },
    {
      subscribe: (subscriber) => {
        tell.push(subscriber);
        return () => undefined;
      },
    },
  );
  return { cache, lookUps: () => lookUps, tell: (message: LiveMessage) => tell.forEach((hear) => hear(message)) };
};

describe('CallerCache', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const later = (millis: number) => jest.setSystemTime(Date.now() + millis);

  it('looks a caller up once in ten seconds', async () => {
    const { cache, lookUps } = setUp(async () => key);
    for (let i = 0; i < 5; i++) expect(await cache.authenticate(withKey)).toBe(key);
    expect(lookUps()).toBe(1);
    later(10_001);
    await cache.authenticate(withKey);
    expect(lookUps()).toBe(2);
  });

  it('remembers nobody who was refused, and forgets who is refused later', async () => {
    let revoked = false;
    const { cache, lookUps } = setUp(async () => {
      if (revoked) throw new Unauthenticated('revoked');
      return key;
    });
    await cache.authenticate(withKey);
    revoked = true;
    later(10_001);
    await expect(cache.authenticate(withKey)).rejects.toThrow('revoked');
    await expect(cache.authenticate(withKey)).rejects.toThrow('revoked');
    expect(lookUps()).toBe(3);
  });

  it('asks again at once when a key or user changed, or a notice may have been missed', async () => {
    const { cache, lookUps, tell } = setUp(async () => key);
    const notices: [LiveMessage, number][] = [
      [{ type: 'changed', resource: 'tasks', id: 't' }, 1],
      [{ type: 'changed', resource: 'api-keys', id: 'k' }, 2],
      [{ type: 'changed', resource: 'users', id: 'u' }, 3],
      [{ type: 'resumed' }, 4],
    ];
    await cache.authenticate(withKey);
    for (const [notice, expected] of notices) {
      tell(notice);
      await cache.authenticate(withKey);
      expect(lookUps()).toBe(expected);
    }
  });

  it('lets whom it knows go on while the database does not answer, and nobody else', async () => {
    let down = false;
    const { cache } = setUp(async () => {
      if (down) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return key;
    });
    await cache.authenticate(withKey);
    down = true;
    later(30 * 60_000);
    expect(await cache.authenticate(withKey)).toBe(key);
    await expect(cache.authenticate(request({ authorization: 'Bearer rk_other' }))).rejects.toMatchObject({
      code: 'unavailable',
    });
    later(31 * 60_000);
    await expect(cache.authenticate(withKey)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('ends with the session, and asks where a session comes from every time', async () => {
    const user: Caller = { kind: 'user', id: 'u', name: 'u', role: 'viewer', expiresAt: new Date(Date.now() + 5_000) };
    const { cache, lookUps } = setUp(async () => user);
    const cookie = `ratchet_session=${'a'.repeat(40)}`;
    await cache.authenticate(request({ cookie, host: 'here', origin: 'http://here' }));
    const elsewhere = request({ cookie, host: 'here', origin: 'http://elsewhere' });
    await expect(cache.authenticate(elsewhere)).rejects.toMatchObject({ code: 'forbidden' });
    expect(lookUps()).toBe(1);
    later(5_001);
    await cache.authenticate(request({ cookie, host: 'here', origin: 'http://here' })).catch(() => undefined);
    expect(lookUps()).toBe(2);
  });

  it('keeps workers out', async () => {
    const { cache } = setUp(async () => ({ kind: 'worker', id: 'worker', name: 'worker' }));
    await expect(cache.authenticate(withKey)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
