import { mapInOrder } from './index';

/** Work that finishes when told to. */
function workshop() {
  const pending = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const work = (item: number) =>
    new Promise<string>((resolve, reject) => pending.set(item, { resolve: (v) => resolve(v), reject }));
  return { pending, work, finish: (item: number) => pending.get(item)?.resolve(`done ${item}`) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('mapInOrder', () => {
  it('keeps the order and never more than the width in flight', async () => {
    const { pending, work, finish } = workshop();
    const results: string[] = [];
    const consumed = (async () => {
      for await (const result of mapInOrder([0, 1, 2, 3], 3, work)) results.push(result);
    })();
    await turn();
    expect([...pending.keys()]).toEqual([0, 1, 2]);
    finish(2);
    finish(1);
    await turn();
    expect(results).toEqual([]);
    finish(0);
    await turn();
    finish(3);
    await consumed;
    expect(results).toEqual(['done 0', 'done 1', 'done 2', 'done 3']);
  });

  it('stops at a failure, after what is in flight has settled', async () => {
    const { pending, work, finish } = workshop();
    let taken = 0;
    function* source() {
      while (true) yield taken++;
    }
    const failed = (async () => {
      for await (const _ of mapInOrder(source(), 2, work));
    })();
    failed.catch(() => undefined);
    await turn();
    pending.get(0)?.reject(new Error('no disk'));
    await turn();
    finish(1);
    await expect(failed).rejects.toThrow('no disk');
    expect(taken).toBe(2);
  });

  it('takes nothing more once the consumer stops', async () => {
    let taken = 0;
    function* source() {
      while (true) yield taken++;
    }
    for await (const value of mapInOrder(source(), 4, async (item) => item)) if (value === 2) break;
    expect(taken).toBeLessThanOrEqual(7);
  });
});
