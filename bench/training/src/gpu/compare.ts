import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { measureSpeed } from '../measurements';
import { type BenchNetwork, networkCalled, networks } from '../networks';
import { median } from '../statistics';
import { ratchetCommand, type Variant } from '../variants';

const usage = `run.sh [--json FILE] [--rounds 3] [--networks cnn,resnet,mlp] [--batch N] [--steps N] [--python python3]

Trains on this machine's GPU: Ratchet through WebGPU (Vulkan), PyTorch through CUDA, interleaved.`;

const ratchet: Variant = {
  id: 'ratchet-webgpu',
  title: 'Ratchet, WebGPU',
  command: ({ id: network, batch, steps }, threads) =>
    ratchetCommand({ mode: 'repeat', network, device: 'webgpu', batch, steps, repetitions: 4, threads }),
};

const pytorch = (python: string, mode: string): Variant => ({
  id: `pytorch-${mode}`,
  title: `PyTorch, ${mode}, CUDA`,
  command: ({ id, batch, steps }, threads) => ({
    file: python,
    args: ['bench/training/peers/pytorch.py', id, mode, ...[batch, steps, 4, threads].map(String), 'cuda'],
  }),
});

/** Why PyTorch cannot take part; undefined where it can. */
function withoutPyTorch(python: string): string | undefined {
  try {
    const answer = execFileSync(python, ['-c', 'import torch; print(torch.cuda.is_available())'], { encoding: 'utf8' });
    return answer.includes('True') ? undefined : 'PyTorch finds no CUDA device';
  } catch {
    return `${python} has no PyTorch`;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      networks: { type: 'string', default: networks.map(({ id }) => id).join() },
      batch: { type: 'string' },
      steps: { type: 'string' },
      python: { type: 'string', default: 'python3' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const reason = withoutPyTorch(values.python);
  const peers = reason ? [] : ['eager', 'channels_last', 'compile'].map((mode) => pytorch(values.python, mode));
  const wanted = values.networks.split(',').map((id): BenchNetwork => {
    const network = networkCalled(id);
    return { ...network, batch: Number(values.batch ?? network.batch), steps: Number(values.steps ?? network.steps) };
  });
  const plan = {
    rounds: Number(values.rounds),
    threads: Math.min(4, os.cpus().length),
    networks: wanted,
    say: (text: string) => console.error(text),
  };
  const { speed, versions, failed } = await measureSpeed([ratchet, ...peers], plan);
  const missing = [...failed, ...(reason ? [{ peer: 'PyTorch', reason }] : [])];
  const results = { date: new Date().toISOString(), cpu: os.cpus()[0].model, versions, speed, missing };
  if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  for (const [network, figures] of Object.entries(speed))
    for (const [id, { rounds }] of Object.entries(figures))
      console.log(`${network.padEnd(8)} ${id.padEnd(24)} ${median(rounds).toFixed(1)} images/s`);
  missing.forEach(({ peer, reason: why }) => console.log(`not measured: ${peer}: ${why}`));
}

void main();
