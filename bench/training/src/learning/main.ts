import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setUpPeers } from '../peers.setup';
import { type Command, start } from '../processes';
import { loadDigits } from './digits';
import { type LearningResults, learningReport, verdicts } from './learning.report';
import { learningTask, learningTasks, type LearningTask } from './settings';

const usage = `npm run bench:learning -- [--seeds N] [--tasks lenet5,small-cnn] [--json FILE] [--publish]

Trains the same networks on the same digits in Ratchet and in PyTorch and compares what they learn. --publish also
writes LEARNING.md and learning.json in bench/training.`;

/** A training takes about a minute on an idle core. */
const limitMs = 1_200_000;

interface Run {
  readonly accuracy: number;
  readonly versions: Readonly<Record<string, string>>;
}

async function run(command: Command): Promise<Run> {
  const lines = await start(command, limitMs).done;
  const { accuracy, versions = {} } = lines.find((line) => line.accuracy !== undefined) ?? {};
  if (accuracy === undefined) throw new Error(`${command.args.join(' ')} told no accuracy`);
  return { accuracy, versions };
}

/** One seed: Ratchet writes down what it starts from and is given, and PyTorch takes that up. */
async function trainBoth({ id }: LearningTask, seed: number, python: string): Promise<[ratchet: Run, pytorch: Run]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ratchet-learning-'));
  try {
    const worker = path.join(__dirname, 'learning.worker.js');
    const ours = await run({
      file: process.execPath,
      args: [worker, `--task=${id}`, `--seed=${seed}`, `--folder=${folder}`],
    });
    const theirs = await run({
      file: python,
      args: ['bench/training/peers/pytorch_learning.py', id, folder, String(seed), '1'],
    });
    return [ours, theirs];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '5' },
      tasks: { type: 'string', default: learningTasks.map(({ id }) => id).join() },
      json: { type: 'string' },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const tasks = values.tasks.split(',').map(learningTask);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => at + 1);
  const { python, torch, missing } = await setUpPeers((text) => console.error(text), 'PyTorch');
  if (!python || !torch)
    throw new Error(`PyTorch cannot be used: ${missing.map(({ reason }) => reason).join('; ') || 'it is not there'}`);

  const jobs = tasks.flatMap((task) => seeds.map((seed) => ({ task, seed })));
  const done = new Map<string, [ratchet: Run, pytorch: Run]>();
  const waiting = [...jobs];
  // Every training takes one thread; accuracy does not depend on what else the machine does.
  const lane = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const pair = await trainBoth(job.task, job.seed, python);
      done.set(`${job.task.id}/${job.seed}`, pair);
      console.error(`${job.task.id}, seed ${job.seed}: ${pair.map(({ accuracy }) => accuracy.toFixed(4)).join(' | ')}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(os.cpus().length, jobs.length) }, lane));

  const runs = (task: LearningTask, side: 0 | 1) => seeds.map((seed) => done.get(`${task.id}/${seed}`)![side]);
  const results: LearningResults = {
    date: new Date().toISOString(),
    machine: `${os.cpus()[0].model.trim()}, ${os.type()} ${os.release()}`,
    versions: Object.assign({ node: process.versions.node }, ...[...done.values()].flat().map((each) => each.versions)),
    images: loadDigits().heldOut.labels.length,
    tasks: tasks.map((task) => ({
      id: task.id,
      title: task.title,
      goal: task.goal,
      epochs: task.hyperparameters.epochs,
      ratchet: runs(task, 0).map(({ accuracy }) => accuracy),
      pytorch: runs(task, 1).map(({ accuracy }) => accuracy),
    })),
  };
  const json = `${JSON.stringify({ ...results, verdicts: verdicts(results) }, null, 2)}\n`;
  if (values.json) await writeFile(values.json, json);
  if (values.publish) {
    await writeFile('bench/training/learning.json', json);
    await writeFile('bench/training/LEARNING.md', learningReport(results));
  }
  console.log(learningReport(results));
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
