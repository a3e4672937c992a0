import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { graphicsCards } from './graphics.cards';

/** What a machine has, as far as its devices depend on it. */
export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  readonly node: string;
  /** Version of the C library; null where it is not GNU's. */
  readonly glibc: string | null;
  /** Whether this user may install Debian packages; null where there is no apt-get. */
  readonly apt: { readonly root: boolean } | null;
  /** PCI maker and model of each graphics card. */
  readonly graphics: readonly string[];
  /** What NVIDIA's driver says; null where none answers. */
  readonly nvidia: NvidiaDriver | null;
  /** Libraries that the loader finds, and those fetched earlier, by the names programs ask for. */
  readonly libraries: readonly string[];
  /** Vulkan's drivers, by their descriptions' file names. */
  readonly vulkanDrivers: readonly string[];
  readonly tools: { readonly pip: boolean; readonly compiler: boolean; readonly make: boolean };
  /** What an earlier run installed. */
  readonly installed: { readonly cudaProvider: boolean; readonly tensorflow: readonly ('cpu' | 'gpu')[] };
}

export interface NvidiaDriver {
  readonly gpus: readonly string[];
  readonly driver: string;
  /** The newest CUDA that the driver runs. */
  readonly cuda: string;
}

/** Looks at this machine. `root` is the checkout. Changes nothing. */
export function machineFacts(root: string): MachineFacts {
  const { platform, arch: architecture } = process;
  return {
    platform,
    architecture,
    node: process.versions.node,
    glibc: glibcVersion(),
    apt: output('apt-get', ['--version']) ? { root: process.getuid?.() === 0 } : null,
    graphics: graphicsCards(),
    nvidia: parseNvidiaSmi(output('nvidia-smi', []), output('nvidia-smi', ['-L'])),
    libraries: [
      ...parseLdconfig(output('/sbin/ldconfig', ['-p']) ?? output('ldconfig', ['-p'])),
      ...namesIn(path.join(root, '.native/lib')),
    ],
    vulkanDrivers: ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'].flatMap(namesIn),
    tools: {
      pip: works('python3', ['-m', 'pip', '--version']),
      compiler: works('g++', ['--version']),
      make: works('make', ['--version']),
    },
    installed: {
      cudaProvider: fs.existsSync(
        path.join(root, 'node_modules/onnxruntime-node/bin/napi-v6', platform, architecture, cudaProvider),
      ),
      tensorflow: (['cpu', 'gpu'] as const).filter((kind) => hasBinding(root, kind)),
    },
  };
}

export const cudaProvider = 'libonnxruntime_providers_cuda.so';
export const tfjsNode = { cpu: '@tensorflow/tfjs-node', gpu: '@tensorflow/tfjs-node-gpu' } as const;

function hasBinding(root: string, kind: 'cpu' | 'gpu'): boolean {
  const bindings = path.join(root, '.native/node_modules', tfjsNode[kind], 'lib');
  return namesIn(bindings).some((version) => fs.existsSync(path.join(bindings, version, 'tfjs_binding.node')));
}

/** @param table what `nvidia-smi` prints @param list what `nvidia-smi -L` prints */
export function parseNvidiaSmi(table: string | null, list: string | null): NvidiaDriver | null {
  const driver = /Driver Version:\s*([\d.]+)/.exec(table ?? '')?.[1];
  const cuda = /CUDA (?:UMD )?Version:\s*([\d.]+)/.exec(table ?? '')?.[1];
  if (!driver || !cuda) return null;
  return { gpus: [...(list ?? '').matchAll(/^GPU \d+: (.+?) \(UUID/gm)].map(([, name]) => name), driver, cuda };
}

/** Names of the libraries in what `ldconfig -p` prints. */
export const parseLdconfig = (text: string | null): string[] => [
  ...new Set([...(text ?? '').matchAll(/^\s+(\S+\.so\S*) \(/gm)].map(([, name]) => name)),
];

function glibcVersion(): string | null {
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}

function output(command: string, args: readonly string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 30_000 });
  } catch {
    return null;
  }
}

const works = (command: string, args: readonly string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
