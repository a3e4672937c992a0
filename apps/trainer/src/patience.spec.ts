import { untilReachable } from './patience';

const away = Object.assign(new Error('terminating connection'), { code: '57P01' });

describe('untilReachable', () => {
  it('tries again while the database does not answer', async () => {
    let tries = 0;
    const work = async () => {
      if (++tries < 3) throw away;
      return 'written';
    };
    expect(await untilReachable(work, new AbortController().signal)).toBe('written');
    expect(tries).toBe(3);
  });

  it('passes on what the database refuses', async () => {
    const refused = Object.assign(new Error('broken constraint'), { code: '23505' });
    await expect(untilReachable(() => Promise.reject(refused), new AbortController().signal)).rejects.toBe(refused);
  });

  it('gives up once nobody waits for it any more', async () => {
    const over = new AbortController();
    const work = async () => {
      over.abort();
      throw away;
    };
    await expect(untilReachable(work, over.signal)).rejects.toBe(away);
  });
});
