import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { StayAwake } from './stay.awake';

/** Milliseconds the event loop slept during `millis`. */
async function asleepDuring(millis: number): Promise<number> {
  const before = performance.eventLoopUtilization();
  await delay(millis);
  return performance.eventLoopUtilization(before).idle;
}

describe('StayAwake', () => {
  it('lets the event loop sleep once the answer came', async () => {
    const awake = new StayAwake();
    awake.begin();
    awake.end();
    expect(await asleepDuring(50)).toBeGreaterThan(20);
  });

  it('gives up on an answer that does not come', async () => {
    const awake = new StayAwake();
    awake.begin();
    expect(await asleepDuring(50)).toBeGreaterThan(20);
  });

  it('is awake anew for the next answer', async () => {
    const awake = new StayAwake();
    awake.begin();
    await delay(5);
    const turns = jest.spyOn(globalThis, 'setImmediate');
    awake.begin();
    expect(turns).toHaveBeenCalledTimes(1);
    turns.mockRestore();
    awake.end();
    awake.end();
  });
});
