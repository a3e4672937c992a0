import { RunningRatchet } from './running.ratchet';

describe('npm start -- --once', () => {
  const ratchet = new RunningRatchet('--once');
  afterAll(() => ratchet.stop());

  it('climbs on real digits, under traffic, and drops no prediction', async () => {
    const code = await ratchet.exited;
    expect({ code, said: code === 0 ? '' : ratchet.said.slice(-6000) }).toEqual({ code: 0, said: '' });
    const summary = ratchet.summary();
    expect(summary.shortfalls).toEqual([]);
    expect(summary.trials).toHaveLength(9);
    expect(summary.promotions.length).toBeGreaterThanOrEqual(2);
    expect(summary.failures).toBe(0);
    expect(summary.requests).toBeGreaterThan(500);
    expect(summary.gateAccuracy).toBeGreaterThanOrEqual(0.985);
    const climbed = summary.promotions.map((p) => p.gateAccuracy);
    expect(climbed).toEqual([...new Set(climbed)].sort((a, b) => a - b));
  });

  it('leaves no process behind', () => {
    for (const pid of Object.values(ratchet.processes())) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
