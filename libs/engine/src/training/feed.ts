import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../graph/element-type';

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

const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

/** What step `step` is given. */
export function valuesOf(feed: Feed, step: number): FeedArray {
  const values = new arrays[feed.type](sizeOf(feed.shape));
  feed.fill(values, step);
  return values;
}

/** How a step asks for what it is given; the same feed may be asked for once only. */
export type Take = (feed: Feed) => Tensor;
