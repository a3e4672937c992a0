import { type MachineFacts, tfjsNode } from './machine.facts';

/** One thing to install: a package of the system, or by a command run in the checkout. */
export type SetupStep = {
  readonly title: string;
  /** To download, about. */
  readonly megabytes: number;
} & (
  | { readonly package: string }
  | { readonly command: readonly string[]; readonly environment?: Readonly<Record<string, string>> }
);

/** What `npm run setup:gpu` is going to do here. */
export interface SetupPlan {
  /** What was found, for whoever reads. */
  readonly found: readonly string[];
  readonly steps: readonly SetupStep[];
  /** What is there already, what cannot be done from here, and what would mend it. */
  readonly notes: readonly string[];
}

const TFJS_VERSION = '4.22.0';
const TENSORFLOW_VERSION = '2.21.0';
/** The C library that the packages on PyPI are built for. */
const OLDEST_GLIBC = 2.27;

/** NVIDIA's packages on PyPI, what of them is needed, and their sizes. ONNX Runtime and TensorFlow share them. */
const cudaPackages: readonly { name: string; library: string; megabytes: number }[] = [
  { name: 'nvidia-cuda-runtime-cu12', library: 'libcudart.so.12', megabytes: 3 },
  { name: 'nvidia-cublas-cu12', library: 'libcublasLt.so.12', megabytes: 581 },
  { name: 'nvidia-cudnn-cu12>=9.3,<10', library: 'libcudnn.so.9', megabytes: 781 },
  { name: 'nvidia-cufft-cu12', library: 'libcufft.so.11', megabytes: 200 },
  { name: 'nvidia-curand-cu12', library: 'libcurand.so.10', megabytes: 63 },
  { name: 'nvidia-cuda-nvrtc-cu12', library: 'libnvrtc.so.12', megabytes: 89 },
  { name: 'nvidia-nvjitlink-cu12', library: 'libnvJitLink.so.12', megabytes: 39 },
  { name: 'nvidia-cusolver-cu12', library: 'libcusolver.so.11', megabytes: 338 },
  { name: 'nvidia-cusparse-cu12', library: 'libcusparse.so.12', megabytes: 366 },
  { name: 'nvidia-nccl-cu12', library: 'libnccl.so.2', megabytes: 351 },
  { name: 'nvidia-cuda-cupti-cu12', library: 'libcupti.so.12', megabytes: 10 },
];

interface Part {
  readonly steps: readonly SetupStep[];
  readonly notes: readonly string[];
}

/** What this machine's graphics processor needs; with `cpu` what TensorFlow on the processor needs instead. */
export function planSetup(machine: MachineFacts, { cpu }: { readonly cpu: boolean }): SetupPlan {
  const parts = cpu ? [tensorflow(machine, 'cpu')] : forGraphics(machine);
  const combine = <T>(of: (part: Part) => readonly T[]) => parts.flatMap(of);
  return {
    found: describe(machine),
    steps: distinct(combine(({ steps }) => steps)),
    notes: combine(({ notes }) => notes),
  };
}

function forGraphics(machine: MachineFacts): Part[] {
  const { platform, graphics, nvidia } = machine;
  if (platform === 'darwin')
    return [note("webgpu: needs nothing here, it computes through Metal; cuda: there is none on Apple's machines.")];
  if (platform !== 'linux')
    return [
      note('webgpu: needs nothing here, it computes through Direct3D 12; cuda and tensorflow: set up on Linux only.'),
    ];
  if (!nvidia && graphics.length === 0)
    return [
      note('No graphics processor was found: training runs on the processor, and nothing is needed for that.'),
      note(
        '`npm run setup:gpu -- --cpu` installs TensorFlow for the processor, so that device `tensorflow` can be tried.',
      ),
    ];
  return nvidia ? [vulkan(machine), cuda(machine), tensorflow(machine, 'gpu')] : [vulkan(machine)];
}

/** WebGPU computes through Vulkan: it needs the loader and a driver. */
function vulkan(machine: MachineFacts): Part {
  const { libraries, vulkanDrivers, nvidia, graphics } = machine;
  const loader = libraries.includes('libvulkan.so.1')
    ? note('webgpu: the Vulkan loader is there.')
    : system(machine, 'libvulkan1', 'the Vulkan loader, for webgpu', 1);
  if (nvidia) {
    const icd = vulkanDrivers.some((file) => file.startsWith('nvidia'));
    const mend =
      'in a container, start it with NVIDIA_DRIVER_CAPABILITIES=all; else install the driver with its graphics part';
    return icd ? loader : join(loader, note(`webgpu: NVIDIA's driver is here without its Vulkan part: ${mend}.`));
  }
  if (vulkanDrivers.length > 0) return loader;
  if (!graphics.some((card) => /^(1002|8086):/.test(card)))
    return join(loader, note(`webgpu: no Vulkan driver for ${graphics.join(', ')} is known: install its maker's.`));
  return join(loader, system(machine, 'mesa-vulkan-drivers', "Mesa's Vulkan drivers, for webgpu", 100));
}

/** ONNX Runtime's CUDA provider, and CUDA's own libraries as far as they are missing. */
function cuda(machine: MachineFacts): Part {
  const { architecture, nvidia, installed, libraries } = machine;
  if (architecture !== 'x64') return note(`cuda: ONNX Runtime ships it for x64 processors, not for ${architecture}.`);
  if (Number(nvidia!.cuda.split('.')[0]) < 12)
    return note(`cuda: driver ${nvidia!.driver} runs CUDA ${nvidia!.cuda}; 12 or newer is needed: update the driver.`);
  const provider: Part = installed.cudaProvider
    ? note("cuda: ONNX Runtime's CUDA libraries are there.")
    : {
        steps: [
          {
            title: "Fetching ONNX Runtime's CUDA libraries",
            megabytes: 300,
            command: ['node', 'node_modules/onnxruntime-node/script/install.js'],
            environment: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
          },
        ],
        notes: [],
      };
  const missing = cudaPackages.filter(({ library }) => !libraries.includes(library));
  if (missing.length === 0) return join(provider, note('cuda: CUDA 12 and cuDNN 9 are there.'));
  const fetch = missing.map(({ name, megabytes }) =>
    pip(`.native/cuda/${name.replace(/[<>=].*/, '')}`, name, megabytes),
  );
  const link: SetupStep = {
    title: 'Linking the CUDA libraries',
    megabytes: 0,
    command: ['node', 'scripts/cuda.links.mjs'],
  };
  return join(needs(machine, 'pip'), provider, { steps: [...fetch, link], notes: [] });
}

/** tfjs's native backend: the official package where its CUDA 11 is, else built against a TensorFlow of today. */
function tensorflow(machine: MachineFacts, kind: 'cpu' | 'gpu'): Part {
  const { platform, architecture, glibc, installed, libraries, nvidia } = machine;
  const name = tfjsNode[kind];
  if (installed.tensorflow.includes(kind)) return note(`tensorflow: ${name} is there.`);
  const official: SetupStep = {
    title: `Installing ${name}`,
    megabytes: kind === 'gpu' ? 400 : 150,
    command: ['npm', 'install', '--prefix', '.native', '--no-audit', '--no-fund', `${name}@${TFJS_VERSION}`],
  };
  const hasOldCuda = libraries.includes('libcudart.so.11.0') && libraries.includes('libcudnn.so.8');
  if ((kind === 'gpu' && hasOldCuda) || platform !== 'linux') return { steps: [official], notes: [] };
  if (architecture !== 'x64' || !glibc || Number(glibc) < OLDEST_GLIBC)
    return note(
      `tensorflow: needs Linux on an x64 processor with glibc ${OLDEST_GLIBC} or newer; this is ${architecture} with ${glibc ?? 'another C library'}.`,
    );
  if (kind === 'gpu' && Number(nvidia!.cuda.split('.')[0]) < 12)
    return note(
      `tensorflow: driver ${nvidia!.driver} runs CUDA ${nvidia!.cuda}; 12 or newer is needed: update the driver.`,
    );
  const wheel = kind === 'gpu' ? 'tensorflow' : 'tensorflow-cpu';
  const home = `.native/${wheel}`;
  const build: SetupStep = {
    title: `Building ${name} against it`,
    megabytes: 30,
    command: ['node', 'scripts/tfjs-node.mjs', '.native', `${name}@${TFJS_VERSION}`, `${home}/tensorflow`],
  };
  const fetch = pip(home, `${wheel}==${TENSORFLOW_VERSION}`, kind === 'gpu' ? 572 : 274);
  return join(needs(machine, 'pip', 'compiler', 'make'), { steps: [fetch, build], notes: [] });
}

/**
 * A package of PyPI without what it depends on: its native libraries are wanted, and no Python runs them, so any version
 * of Python can fetch it.
 */
const pip = (target: string, requirement: string, megabytes: number): SetupStep => ({
  title: `Fetching ${requirement}`,
  megabytes,
  command: [
    ...['python3', '-m', 'pip', 'install', '--quiet', '--upgrade', '--no-deps', '--only-binary=:all:'],
    ...['--implementation', 'cp', '--python-version', '3.12', '--target', target, requirement],
  ],
});

const tools = {
  pip: { package: 'python3-pip', title: "Python's package installer" },
  compiler: { package: 'g++', title: 'a C++ compiler' },
  make: { package: 'make', title: 'make' },
} as const;

const needs = (machine: MachineFacts, ...wanted: readonly (keyof typeof tools)[]): Part =>
  join(
    ...wanted
      .filter((tool) => !machine.tools[tool])
      .map((tool) => system(machine, tools[tool].package, tools[tool].title, 60)),
  );

function system({ apt }: MachineFacts, name: string, title: string, megabytes: number): Part {
  if (apt?.root) return { steps: [{ title: `Installing ${title}`, megabytes, package: name }], notes: [] };
  const command = apt ? `sudo apt-get install -y ${name}` : `(your package manager) install ${name}`;
  return note(`${title} is missing: run \`${command}\`, then this again.`);
}

const note = (text: string): Part => ({ steps: [], notes: [text] });

const join = (...parts: readonly Part[]): Part => ({
  steps: parts.flatMap(({ steps }) => steps),
  notes: parts.flatMap(({ notes }) => notes),
});

const distinct = (steps: readonly SetupStep[]): SetupStep[] => [
  ...new Map(steps.map((step) => [JSON.stringify(step), step])).values(),
];

function describe({ platform, architecture, node, glibc, nvidia, graphics, libraries, vulkanDrivers }: MachineFacts) {
  return [
    `${platform} ${architecture}, Node ${node}${glibc ? `, glibc ${glibc}` : ''}`,
    nvidia
      ? `${nvidia.gpus.join(', ')}: driver ${nvidia.driver}, up to CUDA ${nvidia.cuda}`
      : `graphics cards: ${graphics.join(', ') || 'none'}; no NVIDIA driver answers`,
    ...(platform === 'linux'
      ? [
          `Vulkan: ${libraries.includes('libvulkan.so.1') ? 'loader' : 'no loader'}, drivers: ${vulkanDrivers.join(', ') || 'none'}`,
        ]
      : []),
  ];
}
