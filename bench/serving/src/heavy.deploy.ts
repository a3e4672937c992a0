import type { DesiredDeployment } from '@ratchet/domain';
import { heavyModel, orderOf, publishModel } from '@ratchet/testing';
import type { SwapFleet } from './swap.fleet';
import type { WatchedOrder } from './watched.load.child';
import { failuresOf, forkEntry, latencies, percentile, reply, WatchedLoad } from './watched.load';

/** Milliseconds. */
export interface HeavyDeploy {
  readonly bytes: number;
  readonly deployMs: number;
  readonly requests: number;
  readonly failures: number;
  readonly p99: number;
  readonly longestTimeBetweenHeartbeatsMs: number;
  readonly longestEventLoopGapMs: number;
  /** What an I/O thread computed itself between two looks, and what it waited for a core. */
  readonly longestComputedMs: number;
  readonly longestWaitedMs: number;
  /** Of a process beside the fleet that does nothing: what the machine alone makes a thread wait. */
  readonly longestGapOfAnIdleProcessMs: number;
}

/** Deploys one large model beside a small one and then swaps the small one, while requests for the small one go on. */
export async function heavyDeploy(
  fleet: SwapFleet,
  small: DesiredDeployment,
  next: DesiredDeployment,
  requests: WatchedOrder,
  megabytes: number,
): Promise<HeavyDeploy> {
  const { plane, store } = fleet;
  const classes = [...small.classes];
  const model = heavyModel({ input: small.input, classes, bytes: megabytes * 1e6 });
  await publishModel(store, model);
  const control = forkEntry('loop.control.child');
  const gapOfControl = async () => {
    const answer = reply<{ longestGapMs: number }>(control);
    control.send('gap');
    return (await answer).longestGapMs;
  };
  const load = new WatchedLoad(requests);
  try {
    await load.until(100);
    await gapOfControl(); // and begin anew
    await fleet.scrape('ratchet_event_loop_longest_gap_seconds');
    const first = plane.heartbeats.length;
    fleet.watchLoops();
    const began = performance.now();
    const heavy = orderOf(model, 'heavy', 1);
    await fleet.serve(heavy, small);
    const deployMs = performance.now() - began;
    await fleet.serve(next, heavy);
    const watched = fleet.watchedLoops();
    const gaps = await fleet.scrape('ratchet_event_loop_longest_gap_seconds');
    const longestGapOfAnIdleProcessMs = await gapOfControl();
    const answered = await load.stop();
    const between = [...plane.known.keys()].flatMap((id) => {
      const times = plane.heartbeats
        .slice(first)
        .filter(({ beat }) => beat.id === id)
        .map(({ at }) => at);
      return times.slice(1).map((at, i) => at - times[i]);
    });
    return {
      bytes: model.onnx.length,
      deployMs,
      requests: answered.classes.length,
      failures: failuresOf(answered),
      p99: percentile(latencies(answered), 0.99),
      longestTimeBetweenHeartbeatsMs: Math.max(...between),
      longestEventLoopGapMs: Math.max(...gaps) * 1e3,
      longestComputedMs: Math.max(...watched.map(({ computedMs }) => computedMs)),
      longestWaitedMs: Math.max(...watched.map(({ waitedMs }) => waitedMs)),
      longestGapOfAnIdleProcessMs,
    };
  } finally {
    load.kill();
    control.kill();
  }
}
