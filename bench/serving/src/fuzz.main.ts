import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { classNames, constantModel, mutatedRequests, orderOf, publishModel, statusOf } from '@ratchet/testing';
import { BentCaller, mutatedCalls } from './fuzz.grpc';
import { SwapFleet } from './swap.fleet';

const usage = `npm run bench:fuzz -- [--requests N] [--seed N] [--json FILE]

Sends N bent requests (20000 by default) to an inferencer, as many through the gateway to it, and as many over gRPC. No process may end, no
compute thread die, no answer be our fault, and memory must stay flat.`;

const AT_ONCE = 32;
/** Of resident memory; the heap breathes by some tens of megabytes. */
const GROWTH = 1.2;
const BODY_MS = 120;
const input = { height: 28, width: 28, channels: 1 } as const;

interface Door {
  readonly door: string;
  readonly next: () => Buffer;
  /** Status of the answer: HTTP's, or gRPC's, which is one digit or two below 17. */
  readonly ask: (bent: Buffer) => Promise<string>;
}

/** Over HTTP whatever above 499 does not say "later"; over gRPC UNKNOWN and INTERNAL. */
const isFault = (status: string) => /^(5\d\d|2|13)$/.test(status) && !['503', '504'].includes(status);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '2026' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const requests = Number(values.requests);
  // A request that announces more than it sends is given up soon.
  const env = { RATCHET_PREDICT_TIMEOUT_MS: String(BODY_MS), RATCHET_PREDICT_LIMIT: '64K' };
  const fleet = await SwapFleet.start(1, env, BODY_MS);
  try {
    const model = constantModel({ input, classes: classNames(3), answer: 1 });
    await publishModel(fleet.store, model);
    await fleet.serve(orderOf(model, 'digits', 1));
    const [inferencer] = fleet.inferencers;
    const seed = Number(values.seed);
    const overHttp = (door: string, port: number): Door => ({
      door,
      next: mutatedRequests(seed),
      ask: async (bent) => String(await statusOf(port, bent)),
    });
    const rpc = new BentCaller(inferencer.grpcUrl);
    const doors: Door[] = [
      overHttp('inferencer', Number(new URL(inferencer.url).port)),
      overHttp('gateway', fleet.port),
      { door: 'inferencer, gRPC', next: mutatedCalls(seed), ask: (bent) => rpc.call(bent) },
    ];
    const found = [];
    for (const { door, next, ask } of doors) {
      const statuses: Record<string, number> = {};
      const faults: string[] = [];
      const rss: number[] = [];
      for (let sent = 0; sent < requests; sent += AT_ONCE) {
        const batch = Array.from({ length: Math.min(AT_ONCE, requests - sent) }, next);
        const answers = await Promise.all(batch.map(ask));
        answers.forEach((status, i) => {
          statuses[status] = (statuses[status] ?? 0) + 1;
          if (isFault(status)) faults.push(`${status} for ${batch[i].toString('latin1').slice(0, 500)}`);
        });
        if (rss.length < Math.floor((sent * 10) / requests))
          rss.push(...(await fleet.scrape('ratchet_resident_bytes')));
      }
      rss.push(...(await fleet.scrape('ratchet_resident_bytes')));
      const [crashes] = await fleet.scrape('ratchet_compute_thread_crashes_total');
      found.push({ door, requests, statuses, faults: faults.slice(0, 10), rss, growth: rss.at(-1)! / rss[2], crashes });
      console.error(`${door}: ${JSON.stringify(statuses)}, ${faults.length} faults, ${crashes} crashes`);
    }
    rpc.close();
    const alive = inferencer.child.exitCode === null && inferencer.child.signalCode === null;
    const json = `${JSON.stringify({ date: new Date().toISOString(), alive, found }, null, 2)}\n`;
    if (values.json) await writeFile(values.json, json);
    console.log(json);
    const good = found.every((f) => f.faults.length === 0 && f.crashes === 0 && f.growth <= GROWTH);
    process.exitCode = alive && good ? 0 : 1;
  } finally {
    await fleet.stop();
  }
}

void main();
