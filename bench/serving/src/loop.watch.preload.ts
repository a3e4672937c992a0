import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

// Required by node before an inferencer's own code: tells how long its I/O thread was kept from its event loop, and how
// much of that it computed itself. The rest it spent waiting for a core. Linux only.

/** Milliseconds, each the longest between two looks. */
export interface WatchedLoop {
  readonly gapMs: number;
  readonly computedMs: number;
  readonly waitedMs: number;
}

const SAMPLE_MS = 5;
const file = process.env.BENCH_LOOP_WATCH;

/** Nanoseconds on a core, and nanoseconds ready but without one. */
const schedule = () => readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ').map(Number);

if (file && isMainThread && process.argv[1]?.endsWith('apps/inferencer/src/main.js')) {
  let longest = { gapMs: 0, computedMs: 0, waitedMs: 0 };
  process.on('SIGUSR2', () => (longest = { gapMs: 0, computedMs: 0, waitedMs: 0 }));
  let last = { at: performance.now(), computed: schedule()[0], waited: schedule()[1] };
  setInterval(() => {
    const [computed, waited] = schedule();
    const at = performance.now();
    const found = {
      gapMs: at - last.at - SAMPLE_MS,
      computedMs: (computed - last.computed) / 1e6,
      waitedMs: (waited - last.waited) / 1e6,
    };
    last = { at, computed, waited };
    let higher = false;
    for (const figure of ['gapMs', 'computedMs', 'waitedMs'] as const)
      if (found[figure] > longest[figure]) {
        longest[figure] = found[figure];
        higher = true;
      }
    if (higher) writeFileSync(`${file}.${process.pid}`, JSON.stringify(longest));
  }, SAMPLE_MS).unref();
}
