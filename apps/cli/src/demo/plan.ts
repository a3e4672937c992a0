import type { z } from 'zod';
import type { hyperparameterSetCreate, networkCreate } from '@ratchet/contracts';
import type { ImageShape } from '@ratchet/domain';

export interface Plan {
  readonly input: ImageShape;
  readonly networks: readonly Pick<z.input<typeof networkCreate>, 'name' | 'spec'>[];
  readonly sets: readonly Pick<z.input<typeof hyperparameterSetCreate>, 'name' | 'grid'>[];
}

const zoo = (name: string, args: Record<string, number> = {}) => ({ kind: 'zoo' as const, name, args });

/** Three networks by three recipes, weakest network first, so that the champion has something to climb. */
export const digitsPlan: Plan = {
  input: { height: 28, width: 28, channels: 1 },
  networks: [
    { name: 'mlp', spec: zoo('mlp') },
    { name: 'lenet5', spec: zoo('lenet5') },
    { name: 'small-cnn', spec: zoo('small-cnn') },
  ],
  sets: [
    { name: 'adam', grid: { optimizer: 'adam', learningRate: 0.001, batchSize: 64, epochs: 4 } },
    {
      name: 'sgd-cosine',
      grid: {
        optimizer: 'sgd',
        nesterov: true,
        learningRate: 0.05,
        schedule: 'cosine',
        warmupEpochs: 0.5,
        batchSize: 64,
        epochs: 5,
      },
    },
    {
      name: 'adam-shift',
      grid: {
        optimizer: 'adam',
        learningRate: 0.006,
        schedule: 'cosine',
        batchSize: 64,
        epochs: 10,
        shift: 0.07,
        emaDecay: 0.98,
      },
    },
  ],
};

/**
 * For a few hundred photographs of any kind: narrow networks and averaged weights, which small data overfits less,
 * mirrored images, which are of the same class, and pixels standardised, without which padding is an edge in a picture
 * that is grey all over.
 */
export const photosPlan = (input: ImageShape): Plan => {
  const common = { schedule: 'cosine', batchSize: 16, emaDecay: 0.99, standardize: true } as const;
  const mirrored = { ...common, flipHorizontal: true, flipVertical: true, epochs: 40 } as const;
  return {
    input,
    networks: [
      { name: 'small-cnn', spec: zoo('small-cnn', { width: 8, dropout: 0 }) },
      { name: 'resnet', spec: zoo('resnet', { width: 8, blocks: 1 }) },
      { name: 'mobile', spec: zoo('mobile') },
    ],
    sets: [
      { name: 'adam', grid: { ...common, optimizer: 'adam', learningRate: 0.003, epochs: 20 } },
      { name: 'adam-mirrored', grid: { ...mirrored, optimizer: 'adam', learningRate: 0.005 } },
      {
        name: 'sgd-mirrored',
        grid: { ...mirrored, optimizer: 'sgd', nesterov: true, learningRate: 0.05, weightDecay: 0.0005, clipNorm: 5 },
      },
    ],
  };
};

/** The side that most images can fill: a multiple of 16 between 32 and 64, unless all are smaller. */
export function inputFor(items: readonly { width: number; height: number }[], channels: 1 | 3): ImageShape {
  const sides = items.map((i) => Math.min(i.width, i.height)).sort((a, b) => a - b);
  const median = sides[Math.floor(sides.length / 2)] ?? 64;
  const side = median < 32 ? Math.max(8, median) : Math.min(64, Math.floor(median / 16) * 16);
  return { height: side, width: side, channels };
}
