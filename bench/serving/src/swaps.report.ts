import type { HeavyDeploy } from './heavy.deploy';
import type { Machine } from './record';
import type { WatchedRequests } from './watched.load.child';
import { failuresOf, latencies, percentile } from './watched.load';

/** Milliseconds and bytes. What is told only when the run is through is null before. */
export interface SwapsReport {
  readonly date: string;
  readonly machine: Machine;
  readonly inferencers: number;
  readonly swaps: number;
  readonly swapMs: { readonly median: number; readonly worst: number };
  readonly requests: number | null;
  readonly failures: number | null;
  readonly errors: readonly string[];
  readonly answersOfModelsNotLive: number | null;
  readonly p50: { readonly without: number; readonly during: number | null };
  readonly p99: { readonly without: number; readonly during: number | null };
  readonly p99Ratio: number | null;
  /** Of each inferencer, every ten swaps. */
  readonly rssBytes: readonly (readonly number[])[];
  /** The worst inferencer's at the end, to its own after the tenth swap. */
  readonly rssRatio: number | null;
  readonly interrupted?: boolean;
  readonly heavy?: HeavyDeploy;
}

/** When answers of a class were right. Milliseconds since the epoch. */
export interface Reign {
  readonly class: number;
  readonly from: number;
  to: number;
}

/** @param busy null while requests go on */
export function swapsReport(run: {
  before: Omit<Machine, 'loadAfter'>;
  load: number;
  size: number;
  swapMs: readonly number[];
  reigns: readonly Reign[];
  rss: readonly (readonly number[])[];
  quiet: WatchedRequests;
  busy: WatchedRequests | null;
}): SwapsReport {
  const { busy, quiet, rss, swapMs } = run;
  const without = latencies(quiet);
  const during = busy ? latencies(busy) : null;
  const p99 = { without: percentile(without, 0.99), during: during && percentile(during, 0.99) };
  return {
    date: new Date().toISOString(),
    machine: { ...run.before, loadAfter: run.load },
    inferencers: run.size,
    swaps: swapMs.length,
    swapMs: { median: percentile([...swapMs], 0.5), worst: percentile([...swapMs], 1) },
    requests: busy && busy.classes.length,
    failures: busy && failuresOf(busy),
    errors: busy?.errors ?? [],
    answersOfModelsNotLive: busy && strangers(busy, run.reigns),
    p50: { without: percentile(without, 0.5), during: during && percentile(during, 0.5) },
    p99,
    p99Ratio: p99.during && p99.during / p99.without,
    rssBytes: rss,
    rssRatio: rss.length > 0 ? Math.max(...rss.at(-1)!.map((bytes, i) => bytes / rss[0][i])) : null,
  };
}

/** Answers of a model that was live at no moment of their request. */
const strangers = ({ began, ended, classes }: WatchedRequests, reigns: readonly Reign[]): number =>
  classes.filter(
    (found, i) => found >= 0 && !reigns.some((r) => r.class === found && r.from <= ended[i] && began[i] <= r.to),
  ).length;
