import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const home = path.resolve('bench/.cache/peers');
const INSTALL_MS = 15 * 60_000;

/** What each peer needs from PyPI. A virtual environment for each: their dependencies contradict each other. */
const packages = {
  fastapi: ['fastapi', 'uvicorn[standard]', 'onnxruntime', 'numpy'],
  litserve: ['litserve', 'onnxruntime', 'numpy'],
  bentoml: ['bentoml', 'onnxruntime', 'numpy'],
  mlserver: ['mlserver', 'onnxruntime'],
  pytriton: ['nvidia-pytriton', 'onnxruntime', 'numpy'],
} as const;
export type PeerName = keyof typeof packages;
export const peerNames = Object.keys(packages) as PeerName[];

export interface Peers {
  /** The `bin` folder of each peer's environment. */
  readonly bins: Partial<Record<PeerName, string>>;
  /** Name and version of what is measured. */
  readonly versions: Record<string, string>;
  readonly missing: { readonly peer: string; readonly reason: string }[];
}

/** Installs the peers that are not there yet; names those that cannot be had. */
export async function setUpPeers(names: readonly PeerName[], say: (text: string) => void): Promise<Peers> {
  const peers: Peers = { bins: {}, versions: {}, missing: [] };
  await mkdir(home, { recursive: true });
  for (const name of names) {
    const bin = path.join(home, name, 'bin');
    try {
      if (!existsSync(path.join(bin, 'python'))) await run('python3', ['-m', 'venv', path.join(home, name)]);
      const listed = await versionsIn(bin);
      const first = packages[name][0].replace(/\[.*/, '');
      if (!listed[first]) {
        say(`installing ${packages[name].join(', ')}`);
        await run(path.join(bin, 'pip'), ['install', '--quiet', ...packages[name]], {
          timeout: INSTALL_MS,
          maxBuffer: 1 << 26,
        });
      }
      const installed = await versionsIn(bin);
      peers.versions[first] = installed[first];
      peers.versions['onnxruntime (Python)'] = installed.onnxruntime;
      peers.bins[name] = bin;
    } catch (error) {
      const text = (error as { stderr?: string }).stderr || (error as Error).message;
      peers.missing.push({ peer: name, reason: text.trim().split('\n').at(-1)!.slice(0, 300) });
    }
  }
  return peers;
}

async function versionsIn(bin: string): Promise<Record<string, string>> {
  const { stdout } = await run(path.join(bin, 'pip'), ['list', '--format', 'json', '--disable-pip-version-check']);
  const rows = JSON.parse(stdout) as { name: string; version: string }[];
  return Object.fromEntries(rows.map(({ name, version }) => [name.toLowerCase(), version]));
}
