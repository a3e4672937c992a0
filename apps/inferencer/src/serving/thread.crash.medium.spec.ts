import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { classNames, constantModel } from '@ratchet/testing';

// Real: scheduler, threads and ONNX Runtime as built, in a process of their own that ends its own threads.

const dist = path.resolve(__dirname, '../../../../dist/apps/inferencer/src/serving');
const program = `
const { ThreadPool } = require(${JSON.stringify(path.join(dist, 'thread.pool.js'))});
const { Scheduler } = require(${JSON.stringify(path.join(dist, 'scheduler.js'))});
const { ModelVersion } = require(${JSON.stringify(path.join(dist, 'model.version.js'))});
const silent = { warn() {}, error() {}, info() {} };
const [path, crashes] = [process.argv[1], 4];
const input = { height: 4, width: 4, channels: 1 };
const classes = ['class-0', 'class-1', 'class-2'];
(async () => {
  const pool = new ThreadPool({ runners: 2, decoders: 1 }, silent);
  const scheduler = new Scheduler(pool, { batch: 8, queue: 1000, delayMs: 0 }, silent);
  await pool.load({ serial: 1, path, input, classes: 3, threads: 1 }, new AbortController().signal);
  const version = new ModelVersion(1, { taskId: 't', task: 't', generation: 1, digest: 'd', bytes: 1, classes, input }, 0);
  scheduler.add(version);
  const ask = () => new Promise((resolve) => scheduler.admit(version, new Uint8Array(16), 1, resolve));
  const counts = { right: 0, wrong: 0, refused: 0 };
  const client = async () => {
    while (pool.crashed < crashes || counts.right < 2000) {
      const outcome = await ask();
      if (outcome instanceof Error) counts.refused++;
      else if (outcome.probabilities[1] > 0.9) counts.right++;
      else counts.wrong++;
    }
  };
  const clients = Array.from({ length: 16 }, client);
  for (let ended = 0; ended < crashes; ended++) {
    await ask();
    const victim = pool.runners.find((runner) => runner.thread.pending > 0) ?? pool.runners[0];
    await victim.thread.end();
    while (pool.runners.length < 2) await ask();
  }
  await Promise.all(clients);
  const [decoder] = pool.decoders;
  await decoder.end();
  while (pool.decoders.length < 1) await new Promise(setImmediate);
  console.log(JSON.stringify({ ...counts, crashed: pool.crashed, healthy: pool.healthy(), inUse: version.inUse }));
  await pool.end();
})();
`;

describe('a compute thread that dies', () => {
  it('is replaced, and what it had in hand is answered by another', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'crash-spec-'));
    try {
      const file = path.join(directory, 'model.onnx');
      const input = { height: 4, width: 4, channels: 1 } as const;
      await writeFile(file, constantModel({ input, classes: classNames(3), answer: 1 }).onnx);
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, file], { timeout: 60_000 });
      const { right, ...rest } = JSON.parse(stdout);
      expect(rest).toEqual({ wrong: 0, refused: 0, crashed: 5, healthy: true, inUse: 0 });
      expect(right).toBeGreaterThanOrEqual(2000);
    } finally {
      await rm(directory, { recursive: true });
    }
  }, 90_000);
});
