import type { ImageShape } from '@ratchet/domain';
import type { Architecture } from '../architecture';

export interface ZooArgument {
  readonly name: string;
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
  readonly description: string;
}

/** A ready-made architecture. `build` ends in logits: one number per class, no softmax. */
export interface ZooEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly args: readonly ZooArgument[];
  build(input: ImageShape, classes: number, args: Readonly<Record<string, number>>): Architecture;
}

export const dropout: ZooArgument = {
  name: 'dropout',
  default: 0.25,
  min: 0,
  max: 0.9,
  description: 'Share of activations dropped while training.',
};
export const width: ZooArgument = {
  name: 'width',
  default: 16,
  min: 4,
  max: 256,
  description: 'Channels of the first block; later blocks have multiples of it.',
};
