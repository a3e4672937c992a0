import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { classNames, heavyModel } from '@ratchet/testing';
import { LiveStack } from './live.stack';
import { type OrderedModel, PromotedTask } from './promoted.task';
import { machineNow, publishSection } from './record';
import type { DeploysReport, DeploysRun } from './reports';
import { deploysTable } from './serving.tables';
import { failuresOf, forkEntry, latencies, percentile, reply, WatchedLoad } from './watched.load';

const usage = `npm run bench:deploys -- [--deployments N] [--json FILE] [--publish]

Promotes N models of 5 MB, one after the other, with the machine idle and with training on every core, and measures from
the promoting commit to the moment the last of two inferencers reports that it serves. --publish also writes deploys.json
and the table of bench/serving/README.md.`;

const MODEL_BYTES = 5e6;
/** Between deployments: what the last one leaves behind shall not count against the next. */
const REST_MS = 500;
const PATIENCE_MS = 60_000;
const conditions = [
  { while: 'trainers idle', training: false, goalMs: 1_000 },
  { while: 'training on every core', training: true, goalMs: 3_000 },
] as const;

const modelOf = (filling: number) =>
  heavyModel({
    input: { height: 28, width: 28, channels: 1 },
    classes: classNames(10),
    bytes: MODEL_BYTES,
    filling: filling + 1,
  });

/** From the commit, which PostgreSQL keeps the time of, to the stamp that the last inferencer's report left. */
async function swapMillis(stack: LiveStack, task: PromotedTask, order: OrderedModel): Promise<number> {
  const until = performance.now() + PATIENCE_MS;
  const { committed } = (
    (await stack.database.query(
      `SELECT pg_xact_commit_timestamp(xmin) AS committed FROM audit_events
        WHERE action = 'promote' AND resource_id = $1 AND (detail->>'generation')::int = $2`,
      [task.id, order.generation],
    )) as { committed: Date }[]
  )[0];
  while (!(await task.servedBy(stack.fleet.length, order))) {
    if (performance.now() > until) throw new Error(`generation ${order.generation} is not served`);
    await delay(20);
  }
  const { served } = (
    (await stack.database.query(
      `SELECT last_serving_at AS served FROM deployments WHERE task_id = $1 AND generation = $2`,
      [task.id, order.generation],
    )) as { served: Date }[]
  )[0];
  return served.getTime() - committed.getTime();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      deployments: { type: 'string', default: '20' },
      json: { type: 'string' },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const deployments = Number(values.deployments);
  const before = machineNow();
  const stack = await LiveStack.start();
  const trainer = { process: null as ReturnType<typeof forkEntry> | null };
  const stop = async () => {
    trainer.process?.kill('SIGKILL');
    await stack.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  try {
    const { database, store } = stack;
    const parts = { database, store, client: stack.api.client };
    let filling = 0;
    const runs: DeploysRun[] = [];
    for (const condition of conditions) {
      const task = await PromotedTask.lay(
        parts,
        condition.training ? 'busy' : 'idle',
        modelOf(0),
        Math.min(64, deployments + 2),
      );
      const deploy = async () => {
        const model = modelOf(filling++);
        await task.publish(model);
        return swapMillis(stack, task, await task.promote(model));
      };
      await deploy(); // a first model, which nothing serves before
      if (condition.training) {
        trainer.process = forkEntry('training.child');
        await reply(trainer.process);
      }
      const loads = stack.fleet.map(
        ({ url }) =>
          new WatchedLoad({
            port: Number(new URL(url).port),
            path: `/v2/models/${task.name}/classify`,
            body: Buffer.alloc(784, 3).toString('base64'),
            connections: 1,
            pauseMs: 20,
          }),
      );
      const millis: number[] = [];
      for (let i = 0; i < deployments; i++) {
        millis.push(await deploy());
        console.error(`${condition.while}: deployment ${i + 1} took ${millis.at(-1)!.toFixed(0)} ms`);
        await delay(REST_MS);
      }
      const answered = await Promise.all(loads.map((load) => load.stop()));
      runs.push({
        while: condition.while,
        goalMs: condition.goalMs,
        medianMs: percentile([...millis], 0.5),
        p90Ms: percentile([...millis], 0.9),
        worstMs: percentile([...millis], 1),
        millis,
        requests: answered.reduce((sum, { classes }) => sum + classes.length, 0),
        failures: answered.reduce((sum, requests) => sum + failuresOf(requests), 0),
        p99: percentile(answered.flatMap(latencies), 0.99),
      });
    }
    const report: DeploysReport = {
      date: new Date().toISOString(),
      machine: { ...before, loadAfter: os.loadavg()[0] },
      deployments,
      modelBytes: modelOf(0).onnx.byteLength,
      inferencers: stack.fleet.length,
      runs,
    };
    const json = `${JSON.stringify(report, null, 2)}\n`;
    if (values.json) await writeFile(values.json, json);
    if (values.publish) await publishSection('deploys', json, deploysTable(report));
    console.log(json);
    process.exitCode = runs.some(({ failures }) => failures > 0) ? 1 : 0;
  } finally {
    await stop();
  }
}

void main();
