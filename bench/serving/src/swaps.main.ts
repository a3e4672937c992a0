import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { classNames, constantModel, orderOf, publishModel } from '@ratchet/testing';
import { heavyDeploy } from './heavy.deploy';
import { machineNow, publishSection } from './record';
import { swapsTable } from './serving.tables';
import { SwapFleet } from './swap.fleet';
import { type Reign, type SwapsReport, swapsReport } from './swaps.report';
import { WatchedLoad } from './watched.load';
import type { WatchedOrder } from './watched.load.child';

const usage = `npm run bench:swaps -- [--json FILE] [--swaps N] [--requests N] [--inferencers N] [--connections N] [--heavy MB]
  [--publish]

Swaps between two models under continuous requests through the gateway, then deploys one model of the given size. What is
known is written to FILE every ten swaps, and once more when the run ends or is interrupted. --publish also writes
swaps.json and the table of bench/serving/README.md.`;

const say = (text: string) => console.error(text);
const now = () => performance.timeOrigin + performance.now();
const models = [1, 2].map((answer) =>
  constantModel({ input: { height: 28, width: 28, channels: 1 }, classes: classNames(4), answer }),
);
/** Requests without swaps, as a share of those with. */
const QUIET_SHARE = 0.2;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      swaps: { type: 'string', default: '300' },
      requests: { type: 'string', default: '100000' },
      inferencers: { type: 'string', default: '3' },
      connections: { type: 'string', default: '8' },
      heavy: { type: 'string', default: '0' },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const [swaps, requests, size] = [values.swaps, values.requests, values.inferencers].map(Number);
  const before = machineNow();
  const fleet = await SwapFleet.start(size);
  let interrupted = false;
  const interruption = new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        interrupted = true;
        resolve(null);
      });
  });
  let load: WatchedLoad | null = null;
  try {
    for (const model of models) await publishModel(fleet.store, model);
    const order: WatchedOrder = {
      port: fleet.port,
      path: '/v2/models/digits/classify',
      body: Buffer.alloc(784, 3).toString('base64'),
      connections: Number(values.connections),
    };
    const reigns: Reign[] = [];
    const swapMs: number[] = [];
    const orderAt = (generation: number) => orderOf(models[generation % 2], 'digits', generation);
    const swap = async () => {
      const from = now();
      const reign = { class: ((reigns.length + 1) % 2) + 1, from, to: Infinity };
      reigns.push(reign);
      await fleet.serve(orderAt(reigns.length));
      swapMs.push(now() - from);
      if (reigns.length > 1) reigns.at(-2)!.to = now();
    };
    await swap();
    load = new WatchedLoad(order);
    await load.until(1_000); // warm
    await load.stop();
    load = new WatchedLoad(order);
    await load.until(Math.max(1_000, requests * QUIET_SHARE));
    const quiet = await load.stop();

    load = new WatchedLoad(order);
    const rss: number[][] = [];
    const report = async (answered: Parameters<typeof swapsReport>[0]['busy'] | null): Promise<SwapsReport> =>
      swapsReport({ before, size, swapMs: swapMs.slice(1), reigns, rss, quiet, busy: answered, load: os.loadavg()[0] });
    const keep = async (found: SwapsReport) => {
      if (values.json) await writeFile(values.json, `${JSON.stringify(found, null, 2)}\n`);
    };
    for (let i = 1; !interrupted && (i <= swaps || (await load.count()) < requests); i++) {
      await Promise.race([swap(), interruption]);
      if (interrupted || (i % 10 !== 0 && i !== swaps)) continue;
      rss.push(await fleet.scrape('ratchet_resident_bytes'));
      const mebibytes = rss.at(-1)!.map((bytes) => Math.round(bytes / 2 ** 20));
      say(`${i} swaps, ${await load.count()} requests, RSS ${mebibytes.join(', ')} MiB`);
      await keep(await report(null));
    }
    const found = await report(await load.stop().catch(() => null)); // Ctrl-C ends the load as well
    await keep(found);
    const megabytes = Number(values.heavy);
    const heavy =
      megabytes > 0 && !interrupted
        ? await Promise.race([
            heavyDeploy(fleet, orderAt(reigns.length), orderAt(reigns.length + 1), order, megabytes),
            interruption,
          ])
        : null;
    const finished = { ...found, ...(heavy ? { heavy } : {}), ...(interrupted ? { interrupted } : {}) };
    await keep(finished);
    const json = `${JSON.stringify(finished, null, 2)}\n`;
    if (values.publish && !interrupted) await publishSection('swaps', json, swapsTable(finished));
    console.log(json);
    const failed = (finished.failures ?? 0) + (finished.answersOfModelsNotLive ?? 0) + (finished.heavy?.failures ?? 0);
    process.exitCode = failed > 0 ? 1 : 0;
  } finally {
    load?.kill();
    await fleet.stop();
    if (interrupted) process.exit(1); // whatever was still waited for
  }
}

void main();
