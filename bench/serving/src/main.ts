import { execFile, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type BenchModel, benchModels, modelIds } from './bench.models';
import type { LoadFigures } from './closed.loop';
import type { LoadOrder } from './load.child';
import { markdownReport } from './markdown.report';
import { freePorts } from './free.ports';
import { type MeasuredServer, servers } from './measured.servers';
import { peerNames, setUpPeers } from './peers.setup';
import { cpuSeconds } from './process.cpu';
import { type Cell, goals, type Measured, type Results } from './results';
import { throughputPlot } from './svg.plot';

const usage = `npm run bench:serving -- [--json FILE] [--rounds N] [--seconds S] [--models 28,64,224] [--connections 1,8,64]
  [--only SERVER,…] [--publish]

Measures an inferencer beside Python servers with the same ONNX files. --publish also writes RESULTS.md, results.json and
results.svg in bench/serving.`;

const WARM_UP_S = 0.7;
const say = (text: string) => console.error(text);

async function measure(order: LoadOrder): Promise<LoadFigures> {
  const child = fork(path.join(__dirname, 'load.child.js'));
  const figures = new Promise<LoadFigures>((resolve) =>
    child.once('message', (message) => resolve(message as LoadFigures)),
  );
  child.send(order);
  return figures.finally(() => child.kill('SIGKILL'));
}

async function limitOf(model: BenchModel, python: string, seconds: number): Promise<number> {
  const { height, width, channels } = model.model.input;
  const env = { ...process.env, MODEL: model.file, SHAPE: `${height},${width},${channels}` };
  const script = path.resolve('bench/serving/peers/raw_onnxruntime.py');
  const { stdout } = await promisify(execFile)(python, [script, String(seconds)], { env });
  return (JSON.parse(stdout) as { best: number }).best;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
      models: { type: 'string', default: modelIds.join() },
      connections: { type: 'string', default: '1,8,64' },
      only: { type: 'string' },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const seconds = Number(values.seconds);
  const connections = values.connections.split(',').map(Number);
  const only = values.only?.split(',');
  const chosen = servers.filter(({ id }) => !only || only.includes(id));
  const peers = await setUpPeers(
    peerNames.filter((name) => chosen.some(({ peer }) => peer === name)),
    say,
  );
  const directory = await mkdtemp(path.join(os.tmpdir(), 'bench-serving-'));
  const loadBefore = os.loadavg()[0];
  const missing = [...peers.missing];
  const given = new Set<MeasuredServer>(chosen.filter(({ peer }) => peer === null || peers.bins[peer]));
  const cells = new Map<string, { server: string; model: string; connections: number; rounds: Measured[] }>();
  const limits: Record<string, number> = {};
  try {
    const models = await benchModels(directory, values.models.split(','));
    for (let round = 0; round < Number(values.rounds); round++)
      for (const model of models) {
        const python = Object.values(peers.bins)[0];
        if (python)
          limits[model.id] = Math.max(
            limits[model.id] ?? 0,
            await limitOf(model, path.join(python, 'python'), seconds / 2),
          );
        for (const server of given) {
          const home = path.join(directory, `${server.id}-${model.id}-${round}`);
          try {
            const running = await server.start(
              model,
              await freePorts(3),
              home,
              peers.bins[server.peer ?? 'fastapi'] ?? '',
            );
            try {
              for (const count of connections) {
                await measure({ spec: running.spec, connections: count, seconds: WARM_UP_S });
                const before = cpuSeconds(running.pid);
                const load = await measure({ spec: running.spec, connections: count, seconds });
                const cpuMicros = ((cpuSeconds(running.pid) - before) * 1e6) / load.requests;
                const figures = { ...load, cpuMicros };
                const key = `${server.id} ${model.id} ${count}`;
                const cell = cells.get(key) ?? { server: server.id, model: model.id, connections: count, rounds: [] };
                cell.rounds.push(figures);
                cells.set(key, cell);
                say(
                  `round ${round + 1}, ${key}: ${Math.round(figures.perSecond)}/s, p99 ${figures.p99.toFixed(2)} ms, ${cpuMicros.toFixed(0)} µs of CPU a request, ${figures.failures} failures`,
                );
              }
            } finally {
              await running.stop();
            }
          } catch (error) {
            given.delete(server);
            missing.push({ peer: `${server.title}, ${model.title}`, reason: (error as Error).message.slice(0, 300) });
            say(`${server.title}: ${(error as Error).message}`);
          }
        }
      }
    const results: Results = {
      date: new Date().toISOString(),
      machine: {
        cpu: os.cpus()[0].model.trim(),
        cores: os.availableParallelism(),
        loadBefore,
        loadAfter: os.loadavg()[0],
      },
      versions: { node: process.versions.node, ...peers.versions },
      models: Object.fromEntries(models.map(({ id, title }) => [id, title])),
      servers: Object.fromEntries(servers.map(({ id, title }) => [id, title])),
      cells: [...cells.values()] satisfies Cell[],
      limits,
      missing,
    };
    const json = `${JSON.stringify({ ...results, goals: goals(results) }, null, 2)}\n`;
    if (values.json) await writeFile(values.json, json);
    if (values.publish) {
      await writeFile('bench/serving/results.json', json);
      await writeFile('bench/serving/RESULTS.md', markdownReport(results));
      await writeFile('bench/serving/results.svg', throughputPlot(results));
    }
    console.log(markdownReport(results));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

void main();
