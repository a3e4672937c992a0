import { workerState } from './worker.state';

describe('workerState', () => {
  const heard = (agoMs: number, draining = false) =>
    workerState({ draining, lastHeartbeatAt: new Date(1_000_000 - agoMs) }, 1_000_000);

  it.each([
    [0, false, 'ONLINE'],
    [10_000, false, 'ONLINE'],
    [10_001, false, 'OFFLINE'],
    [100, true, 'DRAINING'],
    [60_000, true, 'OFFLINE'],
  ] as const)('heard of %d ms ago, draining %s: %s', (ago, draining, state) => {
    expect(heard(ago, draining)).toBe(state);
  });
});
