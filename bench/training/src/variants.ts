import path from 'node:path';
import type { BenchNetwork } from './networks';
import type { Peers } from './peers.setup';
import type { Command } from './processes';

/** One line of the comparison. */
export interface Variant {
  readonly id: string;
  readonly title: string;
  /** Measured in the first round only, with few images: it is slower by orders of magnitude. */
  readonly slow?: boolean;
  /** Networks it means something for; all of them by default. */
  readonly networks?: readonly BenchNetwork['id'][];
  command(network: BenchNetwork, threads: number): Command;
}

const repetitions = 3;
const here = (name: string) => path.join(__dirname, name);

export const ratchetCommand = (args: Readonly<Record<string, string | number>>): Command => ({
  file: process.execPath,
  args: [here('ratchet.worker.js'), ...Object.entries(args).map(([name, value]) => `--${name}=${value}`)],
});

const ratchet = (id: string, title: string, device: string): Variant => ({
  id,
  title,
  command: ({ id: network, batch, steps }, threads) =>
    ratchetCommand({ mode: 'repeat', network, device, batch, steps, repetitions, threads }),
});

const pytorch = (python: string, mode: string, title: string): Variant => ({
  id: `pytorch-${mode}`,
  title,
  ...(mode === 'channels_last' && { networks: ['cnn', 'resnet'] }),
  command: ({ id, batch, steps }, threads) => ({
    file: python,
    args: ['bench/training/peers/pytorch.py', id, mode, ...[batch, steps, repetitions, threads].map(String)],
    env: { TORCHINDUCTOR_CACHE_DIR: path.resolve('bench/.cache/inductor') },
  }),
});

const keras = (python: string): Variant => ({
  id: 'keras',
  title: 'Keras (TensorFlow)',
  command: ({ id, batch, steps }, threads) => ({
    file: python,
    args: ['bench/training/peers/keras_fit.py', id, ...[batch, steps, repetitions, threads].map(String)],
  }),
});

const tfjsNode = (home: string): Variant => ({
  id: 'tfjs-node',
  title: 'tfjs-node (TensorFlow)',
  command: ({ id, batch, steps }, threads) => ({
    file: process.execPath,
    args: [
      here('tfjs.worker.js'),
      `--node-backend=${home}`,
      `--network=${id}`,
      `--batch=${batch}`,
      `--steps=${Math.ceil(steps / 2)}`,
      `--repetitions=${repetitions}`,
    ],
    env: { TF_CPP_MIN_LOG_LEVEL: '3', TF_NUM_INTRAOP_THREADS: String(threads) },
  }),
});

/** A whole batch would take minutes; images per second do not depend on how many there are. */
const fewImages: Readonly<Record<BenchNetwork['id'], number>> = { cnn: 4, resnet: 1, mlp: 32 };

const plainTfjs: Variant = {
  id: 'tfjs',
  title: 'plain TensorFlow.js',
  slow: true,
  command: ({ id }) => ({
    file: process.execPath,
    args: [here('tfjs.worker.js'), `--network=${id}`, `--batch=${fewImages[id]}`, '--steps=1', '--repetitions=1'],
  }),
};

/** What is compared on this machine, given the peers that could be installed. */
export const variantsFor = ({ python, torch, keras: hasKeras, tfjsNode: home }: Peers): Variant[] => [
  ratchet('ratchet', 'Ratchet', 'cpu'),
  ratchet('ratchet-portable', 'Ratchet, standard operators', 'cpu-portable'),
  ...(python && torch
    ? [
        pytorch(python, 'eager', 'PyTorch, eager'),
        pytorch(python, 'channels_last', 'PyTorch, eager, channels_last'),
        pytorch(python, 'compile', 'PyTorch, torch.compile'),
      ]
    : []),
  ...(python && hasKeras ? [keras(python)] : []),
  ...(home ? [tfjsNode(home)] : []),
  plainTfjs,
];
