import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openObjectStore } from '@ratchet/object-store';
import {
  classNames,
  constantModel,
  ControlPlane,
  heavyModel,
  InferencerProcess,
  orderOf,
  publishModel,
} from '@ratchet/testing';
import type { WatchedOrder, WatchedRequests } from './watched.load.child';

const usage = `npm run bench:swaps -- [--json FILE] [--swaps N] [--requests N] [--inferencers N] [--connections N] [--heavy MB]

Swaps between two models under continuous requests through the gateway, then deploys one model of the given size.`;

const say = (text: string) => console.error(text);
const now = () => performance.timeOrigin + performance.now();
const input = { height: 28, width: 28, channels: 1 } as const;
const classes = classNames(4);
const models = [1, 2].map((answer) => constantModel({ input, classes, answer }));

interface Span {
  readonly class: number;
  readonly from: number;
  to: number;
}
const reply = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve) => child.once('message', (m) => resolve(m as T)));
const percentile = (values: number[], share: number) => values.sort((a, b) => a - b)[Math.floor(values.length * share)];

/** Requests from a process of its own, until `stop`. */
class Load {
  private readonly child = fork(path.join(__dirname, 'watched.load.child.js'), [], { serialization: 'advanced' });

  constructor(order: WatchedOrder) {
    this.child.send(order);
  }
  async count(): Promise<number> {
    const answer = reply<{ count: number }>(this.child);
    this.child.send('count');
    return (await answer).count;
  }
  async stop(): Promise<WatchedRequests> {
    const answer = reply<WatchedRequests>(this.child);
    this.child.send('stop');
    return answer.finally(() => this.child.kill());
  }
}

async function scrape(inferencer: InferencerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${inferencer.url}/metrics`)).text();
  return Number(new RegExp(`^${name} ([\\d.e+-]+)$`, 'm').exec(text)![1]);
}

const latencies = ({ began, ended }: WatchedRequests) => Array.from(began, (from, i) => ended[i] - from);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      swaps: { type: 'string', default: '300' },
      requests: { type: 'string', default: '100000' },
      inferencers: { type: 'string', default: '3' },
      connections: { type: 'string', default: '8' },
      heavy: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const [wantedSwaps, wantedRequests, size] = [values.swaps, values.requests, values.inferencers].map(Number);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'bench-swaps-'));
  const plane = new ControlPlane();
  const gateway = fork(path.join(__dirname, 'gateway.child.js'));
  const fleet: InferencerProcess[] = [];
  const loadBefore = os.loadavg()[0];
  try {
    const { port } = await reply<{ port: number }>(gateway);
    await plane.start();
    plane.onHeartbeat = () => gateway.send([...plane.known.values()]);
    const dataDir = path.join(directory, 'store');
    const store = openObjectStore({ kind: 'directory', directory: dataDir });
    for (const model of models) await publishModel(store, model);
    const start = (i: number) =>
      InferencerProcess.start({
        name: `swap-${i}`,
        apiUrl: plane.url,
        token: plane.token,
        dataDir,
        cacheDir: path.join(directory, 'cache'),
        env: { RATCHET_LOG_LEVEL: 'error' },
      });
    fleet.push(...(await Promise.all(Array.from({ length: size }, (_, i) => start(i)))));

    let generation = 0;
    const spans: Span[] = [];
    const swapMs: number[] = [];
    const swap = async () => {
      const model = models[++generation % 2];
      const from = now();
      plane.order(orderOf(model, 'digits', generation));
      const served = (beat: { models: { generation: number; state: string }[] }) =>
        beat.models.some((m) => m.generation === generation && m.state === 'SERVING');
      await plane.until((known) => known.filter(served).length === size, 120_000);
      if (spans.length > 0) spans.at(-1)!.to = now();
      spans.push({ class: (generation % 2) + 1, from, to: Infinity });
      swapMs.push(now() - from);
    };
    await swap();
    const order: WatchedOrder = {
      port,
      path: '/v2/models/digits/classify',
      body: Buffer.alloc(784, 3).toString('base64'),
      connections: Number(values.connections),
    };
    const requestsWithout = Math.max(1_000, Math.floor(wantedRequests / 5));
    const until = async (load: Load, count: number) => {
      while ((await load.count()) < count) await new Promise((resolve) => setTimeout(resolve, 200));
    };
    let load = new Load(order);
    await until(load, 1_000); // warm
    await load.stop();
    load = new Load(order);
    await until(load, requestsWithout);
    const quiet = await load.stop();

    load = new Load(order);
    const rss: number[][] = [];
    for (let i = 1; i <= wantedSwaps || (await load.count()) < wantedRequests; i++) {
      await swap();
      if (i % 10 !== 0 && i !== wantedSwaps) continue;
      rss.push(await Promise.all(fleet.map((inferencer) => scrape(inferencer, 'ratchet_resident_bytes'))));
      say(
        `${i} swaps, ${await load.count()} requests, RSS ${rss
          .at(-1)!
          .map((b) => Math.round(b / 2 ** 20))
          .join(', ')} MiB`,
      );
    }
    const busy = await load.stop();
    const wrong = busy.classes.filter(
      (found, i) =>
        found >= 0 && !spans.some((s) => s.class === found && s.from <= busy.ended[i] && busy.began[i] <= s.to),
    ).length;
    const [without, during] = [latencies(quiet), latencies(busy)];
    const report = {
      date: new Date().toISOString(),
      machine: {
        cpu: os.cpus()[0].model.trim(),
        cores: os.availableParallelism(),
        loadBefore,
        loadAfter: os.loadavg()[0],
      },
      inferencers: size,
      swaps: spans.length - 1,
      requests: busy.classes.length,
      failures: busy.classes.filter((found) => found < 0).length,
      errors: busy.errors,
      answersOfModelsNotLive: wrong,
      p50: { without: percentile(without, 0.5), during: percentile(during, 0.5) },
      p99: { without: percentile(without, 0.99), during: percentile(during, 0.99) },
      p99Ratio: percentile(during, 0.99) / percentile(without, 0.99),
      swapMs: { median: percentile(swapMs, 0.5), worst: Math.max(...swapMs) },
      rssBytes: rss,
      rssRatio: Math.max(...rss.at(-1)!.map((bytes, i) => bytes / rss[0][i])),
      heavy: Number(values.heavy) > 0 ? await heavy(Number(values.heavy)) : null,
    };

    /** One large model while requests for the small one go on. */
    async function heavy(megabytes: number) {
      const model = heavyModel({ input, classes, bytes: megabytes * 1e6 });
      await publishModel(store, model);
      await Promise.all(fleet.map((inferencer) => scrape(inferencer, 'ratchet_event_loop_longest_gap_seconds')));
      const first = plane.heartbeats.length;
      const small = orderOf(models[generation % 2], 'digits', generation);
      const large = orderOf(model, 'heavy', 1);
      const began = now();
      const under = new Load(order);
      plane.order(small, large);
      const served = (beat: { models: { task: string; state: string }[] }) =>
        beat.models.some((m) => m.task === 'heavy' && m.state === 'SERVING');
      await plane.until((known) => known.filter(served).length === size, 300_000);
      const deployMs = now() - began;
      const requests = await under.stop();
      const gaps = fleet.map((_, i) => {
        const id = [...plane.known.keys()][i];
        const times = plane.heartbeats
          .slice(first)
          .filter(({ beat }) => beat.id === id)
          .map(({ at }) => at);
        return Math.max(...times.slice(1).map((at, k) => at - times[k]));
      });
      const loops = await Promise.all(fleet.map((f) => scrape(f, 'ratchet_event_loop_longest_gap_seconds')));
      return {
        bytes: model.onnx.length,
        deployMs,
        requests: requests.classes.length,
        failures: requests.classes.filter((found) => found < 0).length,
        p99: percentile(latencies(requests), 0.99),
        longestTimeBetweenHeartbeatsMs: Math.max(...gaps),
        longestEventLoopGapMs: Math.max(...loops) * 1e3,
      };
    }
    const json = `${JSON.stringify(report, null, 2)}\n`;
    if (values.json) await writeFile(values.json, json);
    console.log(json);
    const kept = report.failures === 0 && wrong === 0 && (report.heavy?.failures ?? 0) === 0;
    process.exitCode = kept ? 0 : 1;
  } finally {
    gateway.kill();
    await Promise.all(fleet.map((inferencer) => inferencer.end('SIGKILL')));
    await plane.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

void main();
