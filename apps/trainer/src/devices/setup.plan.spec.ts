import { type MachineFacts, parseLdconfig, parseNvidiaSmi } from './machine.facts';
import { planSetup } from './setup.plan';

const bare: MachineFacts = {
  platform: 'linux',
  architecture: 'x64',
  node: '20.20.2',
  glibc: '2.36',
  apt: { root: true },
  graphics: [],
  nvidia: null,
  libraries: ['libc.so.6', 'libstdc++.so.6'],
  vulkanDrivers: [],
  tools: { pip: true, compiler: true, make: true },
  installed: { cudaProvider: false, tensorflow: [] },
};
const h100: Partial<MachineFacts> = {
  graphics: ['10de:2330'],
  nvidia: { gpus: ['NVIDIA H100 80GB HBM3'], driver: '550.54.15', cuda: '12.4' },
  vulkanDrivers: ['nvidia_icd.json'],
};
const cuda12 = [
  ...['libcudart.so.12', 'libcublasLt.so.12', 'libcudnn.so.9', 'libcufft.so.11', 'libcurand.so.10', 'libnvrtc.so.12'],
  ...['libnvJitLink.so.12', 'libcusolver.so.11', 'libcusparse.so.12', 'libnccl.so.2', 'libcupti.so.12'],
];

/** What would be done, as titles, and what would be said. */
const plan = (machine: Partial<MachineFacts>, cpu = false) => {
  const { steps, notes } = planSetup({ ...bare, ...machine }, { cpu });
  return {
    titles: steps.map(({ title }) => title),
    notes: notes.join('\n'),
    megabytes: steps.reduce((sum, step) => sum + step.megabytes, 0),
    commands: steps.flatMap((step) => ('command' in step ? [step.command.join(' ')] : [])),
    packages: steps.flatMap((step) => ('package' in step ? [step.package] : [])),
  };
};

describe('the plan of npm run setup:gpu', () => {
  it('installs nothing where there is no GPU, and offers TensorFlow for the processor', () => {
    const { titles, notes } = plan({});
    expect(titles).toEqual([]);
    expect(notes).toContain('No graphics processor was found');
    expect(notes).toContain('npm run setup:gpu -- --cpu');
  });

  it('builds tfjs-node against the TensorFlow of today with --cpu, installing the tools that are missing', () => {
    const { titles, commands, packages } = plan({ tools: { pip: true, compiler: false, make: true } }, true);
    expect(titles).toEqual([
      'Installing a C++ compiler',
      'Fetching tensorflow-cpu==2.21.0',
      'Building @tensorflow/tfjs-node against it',
    ]);
    expect(packages).toEqual(['g++']);
    expect(commands.at(-1)).toBe(
      'node scripts/tfjs-node.mjs .native @tensorflow/tfjs-node@4.22.0 .native/tensorflow-cpu/tensorflow',
    );
  });

  it('gives an NVIDIA machine with a driver alone the Vulkan loader, CUDA 12 and TensorFlow', () => {
    const { titles, megabytes, commands, packages } = plan(h100);
    expect(packages).toEqual(['libvulkan1']);
    expect(titles).toContain("Fetching ONNX Runtime's CUDA libraries");
    expect(titles.filter((title) => title.startsWith('Fetching nvidia-'))).toHaveLength(cuda12.length);
    expect(titles.indexOf('Linking the CUDA libraries')).toBeGreaterThan(titles.indexOf('Fetching nvidia-nccl-cu12'));
    expect(titles.slice(-2)).toEqual(['Fetching tensorflow==2.21.0', 'Building @tensorflow/tfjs-node-gpu against it']);
    expect(commands.find((command) => command.includes('cudnn'))).toContain(
      '--target .native/cuda/nvidia-cudnn-cu12 nvidia-cudnn-cu12>=9.3,<10',
    );
    expect(megabytes).toBeGreaterThan(3000);
  });

  it('leaves CUDA 12 and a Vulkan loader that are there alone', () => {
    const { titles, notes } = plan({ ...h100, libraries: [...cuda12, 'libvulkan.so.1'] });
    expect(titles).toEqual([
      "Fetching ONNX Runtime's CUDA libraries",
      'Fetching tensorflow==2.21.0',
      'Building @tensorflow/tfjs-node-gpu against it',
    ]);
    expect(notes).toContain('CUDA 12 and cuDNN 9 are there');
    expect(notes).toContain('the Vulkan loader is there');
  });

  it('takes the official tfjs-node-gpu where the CUDA 11 that it was built for is', () => {
    const { commands } = plan({ ...h100, libraries: [...cuda12, 'libcudart.so.11.0', 'libcudnn.so.8'] });
    expect(commands.at(-1)).toBe('npm install --prefix .native --no-audit --no-fund @tensorflow/tfjs-node-gpu@4.22.0');
  });

  it('does nothing a second time', () => {
    const done = { cudaProvider: true, tensorflow: ['gpu' as const] };
    expect(plan({ ...h100, libraries: [...cuda12, 'libvulkan.so.1'], installed: done }).titles).toEqual([]);
    expect(plan({ installed: { cudaProvider: false, tensorflow: ['cpu'] } }, true).titles).toEqual([]);
  });

  it('asks for a newer driver where CUDA 12 does not run, and still serves WebGPU', () => {
    const { titles, notes } = plan({ ...h100, nvidia: { gpus: ['Tesla K80'], driver: '470.82.01', cuda: '11.4' } });
    expect(titles).toEqual(['Installing the Vulkan loader, for webgpu']);
    expect(notes).toContain('driver 470.82.01 runs CUDA 11.4');
  });

  it('says so when a container hides the Vulkan part of the driver', () => {
    expect(plan({ ...h100, vulkanDrivers: [] }).notes).toContain('NVIDIA_DRIVER_CAPABILITIES=all');
  });

  it.each(['1002:744c', '8086:56a0'])('gives the card %s Vulkan with Mesa, and nothing of CUDA', (card) => {
    expect(plan({ graphics: [card] })).toMatchObject({ packages: ['libvulkan1', 'mesa-vulkan-drivers'], commands: [] });
    const installed = { libraries: ['libvulkan.so.1'], vulkanDrivers: ['radeon_icd.x86_64.json'] };
    expect(plan({ graphics: [card], ...installed }).titles).toEqual([]);
  });

  it('tells who may not install packages which command to run', () => {
    const { titles, notes } = plan({ graphics: ['1002:744c'], apt: { root: false } });
    expect(titles).toEqual([]);
    expect(notes).toContain('sudo apt-get install -y libvulkan1');
  });

  it.each([
    ['darwin', 'arm64', 'Metal'],
    ['win32', 'x64', 'Direct3D 12'],
  ] as const)('needs nothing on %s', (platform, architecture, through) => {
    const { titles, notes } = plan({ platform, architecture, glibc: null, apt: null });
    expect(titles).toEqual([]);
    expect(notes).toContain(through);
  });

  it('does not offer TensorFlow where nobody builds it', () => {
    expect(plan({ architecture: 'arm64' }, true)).toMatchObject({
      titles: [],
      notes: expect.stringContaining('this is arm64') as string,
    });
    expect(plan({ glibc: null }, true).notes).toContain('another C library');
  });
});

describe('what the machine says', () => {
  const table = `
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+`;

  it('is read from nvidia-smi', () => {
    const list = 'GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-0f3c)\nGPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-77a1)\n';
    expect(parseNvidiaSmi(table, list)).toEqual({
      gpus: ['NVIDIA H100 80GB HBM3', 'NVIDIA A100-SXM4-40GB'],
      driver: '550.54.15',
      cuda: '12.4',
    });
    expect(parseNvidiaSmi("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", null)).toBe(
      null,
    );
    expect(parseNvidiaSmi(null, null)).toBe(null);
  });

  it('is read from ldconfig', () => {
    const text = `2 libs found in cache \`/etc/ld.so.cache'
	libvulkan.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libvulkan.so.1
	libcudart.so.12 (libc6,x86-64) => /usr/local/cuda/lib64/libcudart.so.12
Cache generated by: ldconfig (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36`;
    expect(parseLdconfig(text)).toEqual(['libvulkan.so.1', 'libcudart.so.12']);
  });
});
