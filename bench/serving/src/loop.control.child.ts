import { monitorEventLoopDelay } from 'node:perf_hooks';

// Entry of a process that does nothing but watch its own event loop: the gaps it sees are the machine's, not ours.

const SAMPLE_MS = 5;
const loop = monitorEventLoopDelay({ resolution: SAMPLE_MS });
loop.enable();
setInterval(() => undefined, SAMPLE_MS);

process.on('message', () => {
  const longestGapMs = Math.max(0, loop.max / 1e6 - SAMPLE_MS); // it counts its own interval
  loop.reset();
  process.send!({ longestGapMs });
});
process.once('disconnect', () => process.exit(0));
