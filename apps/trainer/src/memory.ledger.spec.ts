import { setImmediate as turn } from 'node:timers/promises';
import { MemoryLedger } from './memory.ledger';

describe('the memory of a trainer', () => {
  /** Asks in order of the letters; answers who has got theirs. */
  const asking = (ledger: MemoryLedger, wanted: Readonly<Record<string, number>>) => {
    const granted: string[] = [];
    const ends = Object.fromEntries(
      Object.entries(wanted).map(([name, bytes]) => {
        const end = new AbortController();
        void ledger.reserve(bytes, end.signal).then(() => granted.push(name));
        return [name, end];
      }),
    );
    return { ends, granted: () => turn(granted) };
  };

  it('is never given to more trials than it holds, and to those that wait in their order', async () => {
    const ledger = new MemoryLedger(10);
    const { ends, granted } = asking(ledger, { a: 6, b: 6, c: 1 });
    expect(await granted()).toEqual(['a']);
    expect(ledger.free).toBe(4);
    ends.a.abort();
    expect(await granted()).toEqual(['a', 'b', 'c']);
    expect(ledger.free).toBe(3);
    ends.b.abort();
    ends.c.abort();
    expect(ledger.free).toBe(10);
  });

  it('is not kept for a trial that ended while it waited', async () => {
    const ledger = new MemoryLedger(10);
    const { ends, granted } = asking(ledger, { a: 6, b: 9, c: 4 });
    ends.b.abort();
    expect(await granted()).toEqual(['a', 'c']);
    expect(ledger.free).toBe(0);
  });
});
