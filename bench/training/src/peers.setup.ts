import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = path.resolve('bench/.cache');
const bigOutput = { maxBuffer: 64 * 2 ** 20 };

/** The peers that are there, and why the others are not. */
export interface Peers {
  readonly python?: string;
  readonly torch?: boolean;
  readonly keras?: boolean;
  /** Folder whose node_modules hold tfjs-node. */
  readonly tfjsNode?: string;
  readonly missing: readonly { readonly peer: string; readonly reason: string }[];
}

/**
 * Installs the peers into `bench/.cache`, outside the project's own dependencies: a Python virtual environment with
 * PyTorch and Keras on TensorFlow, and tfjs-node built against that same TensorFlow. Takes minutes and some 7 GB the
 * first time, a second afterwards. `only` leaves the other peers out.
 */
export async function setUpPeers(say: (text: string) => void, only?: 'PyTorch'): Promise<Peers> {
  const missing: { peer: string; reason: string }[] = [];
  const attempt = async <T>(peer: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      const text = error instanceof Error ? (error as { stderr?: string }).stderr || error.message : String(error);
      missing.push({ peer, reason: text.trim().split('\n').slice(-2).join(' ').slice(0, 400) });
      return undefined;
    }
  };
  await mkdir(cache, { recursive: true });
  const python = await attempt('Python', () => virtualEnvironment());
  const install = async (peer: string, module: string, packages: string[]) => {
    if (!python) return undefined;
    return attempt(peer, async () => {
      if (await imports(python, module)) return true;
      say(`installing ${packages.join(', ')}`);
      await run(python, ['-m', 'pip', 'install', '--quiet', ...packages], bigOutput);
      await run(python, ['-c', `import ${module}`], bigOutput);
      return true;
    });
  };
  const torch = await install('PyTorch', 'torch', ['torch']);
  if (only === 'PyTorch') return { python, torch, missing };
  const keras = await install('Keras', 'keras, tensorflow', ['keras', 'tensorflow-cpu']);
  const tfjsNode = python && keras ? await attempt('tfjs-node', () => buildTfjsNode(python, say)) : undefined;
  if (!tfjsNode && !missing.some(({ peer }) => peer === 'tfjs-node'))
    missing.push({
      peer: 'tfjs-node',
      reason: 'is built against the TensorFlow of the Python environment, which is missing',
    });
  return { python, torch, keras, tfjsNode, missing };
}

async function virtualEnvironment(): Promise<string> {
  const home = path.join(cache, 'training-venv');
  const python = path.join(home, 'bin/python');
  if (!existsSync(python)) await run('python3', ['-m', 'venv', home]);
  return python;
}

const imports = (python: string, module: string): Promise<boolean> =>
  run(python, ['-c', `import ${module}`], bigOutput).then(
    () => true,
    () => false,
  );

/** Built against that same TensorFlow: the one the package would download is of 2022. */
async function buildTfjsNode(python: string, say: (text: string) => void): Promise<string> {
  const home = path.join(cache, 'tfjs-node');
  if (existsSync(path.join(home, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node'))) return home;
  say('building tfjs-node');
  const { stdout } = await run(python, [
    '-c',
    'import importlib.util as u; print(u.find_spec("tensorflow").submodule_search_locations[0])',
  ]);
  const script = ['scripts/tfjs-node.mjs', home, '@tensorflow/tfjs-node@4.22.0', stdout.trim()];
  await run(process.execPath, script, bigOutput);
  return home;
}
