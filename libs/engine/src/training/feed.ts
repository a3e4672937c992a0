import type { Tensor } from '@tensorflow/tfjs-core';

export type FeedArray = Float32Array | Int32Array | Uint8Array;

/**
 * Something a training step is given from outside: images, labels, the learning rate, random keys. Its content is a
 * function of the step's number alone, which is what makes a training resumable at any step, bit for bit.
 */
export interface Feed {
  readonly name: string;
  /** Of one step. */
  readonly shape: readonly number[];
  /** Bytes reach the step as float32: 0 … 255. */
  readonly type: 'float32' | 'int32' | 'uint8';
  /** Writes what step `step` (0-based, counted from the start of the training) is given. */
  fill(target: FeedArray, step: number): void;
}

/** How a step asks for what it is given; the same feed may be asked for once only. */
export type Take = (feed: Feed) => Tensor;
