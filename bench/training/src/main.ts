import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { markdownReport } from './markdown.report';
import { measureCompile, measureConcurrency, measureMemory, measureSpeed, type Plan } from './measurements';
import { networkCalled, networks } from './networks';
import { setUpPeers } from './peers.setup';
import { goals, type Results } from './results';
import { speedPlot } from './svg.plot';
import { variantsFor } from './variants';

const usage = `npm run bench:training -- [--json FILE] [--rounds N] [--networks cnn,resnet,mlp] [--only VARIANT,…] [--publish]

Measures Ratchet's training beside PyTorch, Keras and TensorFlow.js. --publish also writes RESULTS.md, results.json and
results.svg in bench/training.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      networks: { type: 'string', default: networks.map(({ id }) => id).join() },
      only: { type: 'string' },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const plan: Plan = {
    rounds: Number(values.rounds),
    threads: Math.min(2, os.cpus().length),
    networks: values.networks.split(',').map(networkCalled),
    say: (text) => console.error(text),
  };
  const loadBefore = os.loadavg()[0];
  const peers = await setUpPeers(plan.say);
  const only = values.only?.split(',');
  const variants = variantsFor(peers).filter(({ id }) => !only || only.includes(id));
  const { speed, versions, failed } = await measureSpeed(variants, plan);
  const missing = [...peers.missing, ...failed];
  const orElse = async <T>(what: string, work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      missing.push({ peer: what, reason: (error as Error).message.slice(-400) });
      return otherwise;
    }
  };
  const concurrency = await orElse('two trials at once', measureConcurrency(plan), []);
  const memory = await orElse('memory', measureMemory(plan), []);
  const compileMs = await orElse('compiling', measureCompile(plan), {});
  const results: Results = {
    date: new Date().toISOString(),
    machine: {
      cpu: os.cpus()[0].model.trim(),
      cores: os.cpus().length,
      memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.type()} ${os.release()}`,
      threads: plan.threads,
      loadBefore,
      loadAfter: os.loadavg()[0],
    },
    versions: { ...versions, node: process.versions.node },
    titles: Object.fromEntries(variants.map(({ id, title }) => [id, title])),
    speed,
    concurrency,
    memory,
    compileMs,
    missing,
  };
  const json = `${JSON.stringify({ ...results, goals: goals(results) }, null, 2)}\n`;
  const titles = Object.fromEntries(networks.map(({ id, title }) => [id, title]));
  if (values.json) await writeFile(values.json, json);
  if (values.publish) {
    await writeFile('bench/training/results.json', json);
    await writeFile('bench/training/RESULTS.md', markdownReport(results, titles));
    await writeFile('bench/training/results.svg', speedPlot(results, titles));
  }
  console.log(markdownReport(results, titles));
}

void main();
