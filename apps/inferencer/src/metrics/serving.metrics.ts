import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { ModelVersion } from '../serving/model.version';
import type { Scheduler } from '../serving/scheduler';
import type { ServedTasks } from '../serving/served.tasks';
import type { ThreadPool } from '../serving/thread.pool';

/** Sums for one task and digest. Milliseconds. */
interface Sums {
  readonly task: string;
  readonly digest: string;
  requests: number;
  images: number;
  input: number;
  queue: number;
  infer: number;
  output: number;
}
const durations = ['queue', 'input', 'infer', 'output'] as const;
/** Digests of the past whose sums are kept for scraping. */
const MOST_SERIES = 200;

const LOOP_SAMPLE_MS = 5;

/** Counts on the hot path with plain numbers; Prometheus sees them when it asks. The split is Triton's. */
export class ServingMetrics {
  private readonly sums = new Map<number, Sums>();
  private readonly failures = new Map<string, { task: string; reason: string; count: number }>();
  /** Others may add theirs. */
  readonly registry = new Registry();
  private readonly loop = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS });
  private swaps = { done: 0, failed: 0 };

  constructor(tasks: ServedTasks, scheduler: Scheduler, pool: ThreadPool) {
    const registers = [this.registry];
    const byModel = ['task', 'digest'];
    this.loop.enable();
    this.counter('ratchet_inference_request_success_total', 'Requests answered', byModel, (c) =>
      this.each(c, (s) => s.requests),
    );
    this.counter('ratchet_inference_images_total', 'Images answered', byModel, (c) => this.each(c, (s) => s.images));
    for (const part of durations)
      this.counter(`ratchet_inference_${part}_duration_seconds_total`, `Time requests spent: ${part}`, byModel, (c) =>
        this.each(c, (s) => s[part] / 1e3),
      );
    this.counter('ratchet_inference_request_failure_total', 'Requests refused or failed', ['task', 'reason'], (c) => {
      for (const { task, reason, count } of this.failures.values()) c.inc({ task, reason }, count);
    });
    this.counter('ratchet_model_swaps_total', 'Deployments by outcome', ['outcome'], (c) => {
      c.inc({ outcome: 'done' }, this.swaps.done);
      c.inc({ outcome: 'failed' }, this.swaps.failed);
    });
    this.counter('ratchet_compute_thread_crashes_total', 'Compute threads that died', [], (c) => c.inc(pool.crashed));
    new Gauge({
      name: 'ratchet_inference_pending',
      help: 'Images waiting for a thread',
      labelNames: ['task'],
      registers,
      collect() {
        this.reset();
        for (const version of tasks.all()) this.set({ task: version.task }, scheduler.waiting(version));
      },
    });
    const { loop } = this;
    new Gauge({
      name: 'ratchet_event_loop_longest_gap_seconds',
      help: 'Longest time the I/O thread answered nobody, since the last scrape',
      registers,
      collect() {
        this.set(Math.max(0, loop.max / 1e9 - LOOP_SAMPLE_MS / 1e3)); // it counts its own interval
        loop.reset();
      },
    });
    new Gauge({
      name: 'ratchet_resident_bytes',
      help: 'Resident memory',
      registers,
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  /** All durations in milliseconds. */
  success(version: ModelVersion, images: number, input: number, queue: number, infer: number, output: number): void {
    let sums = this.sums.get(version.serial);
    if (!sums) {
      const { task, digest, serial } = version;
      sums = { task, digest, requests: 0, images: 0, input: 0, queue: 0, infer: 0, output: 0 };
      this.sums.set(serial, sums);
      if (this.sums.size > MOST_SERIES) this.sums.delete(this.sums.keys().next().value!);
    }
    sums.requests++;
    sums.images += images;
    sums.input += input;
    sums.queue += queue;
    sums.infer += infer;
    sums.output += output;
  }

  failure(task: string, reason: string): void {
    const key = `${task} ${reason}`;
    const found = this.failures.get(key) ?? { task, reason, count: 0 };
    found.count++;
    this.failures.set(key, found);
  }

  swapped(outcome: 'done' | 'failed'): void {
    this.swaps[outcome]++;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private counter(name: string, help: string, labelNames: string[], fill: (counter: Counter) => void): void {
    const registers = [this.registry];
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        fill(this);
      },
    });
  }

  private each(counter: Counter, value: (sums: Sums) => number): void {
    for (const sums of this.sums.values()) counter.inc({ task: sums.task, digest: sums.digest }, value(sums));
  }
}
