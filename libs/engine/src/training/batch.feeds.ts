import type { Hyperparameters, ImageShape } from '@ratchet/domain';
import { CounterRandom, permutation } from './counter.random';
import type { Feed } from './feed';

export interface LabelledImages {
  readonly shape: ImageShape;
  readonly classes: number;
  /** Row-major [count, height, width, channels]. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array | Int32Array;
}

/**
 * Batches of fixed size. Each epoch visits the images in a new order drawn from (seed, epoch). Where the batch size
 * does not divide their number, the epoch's last batch is filled up from the start of the same order, so every image
 * is seen in every epoch and none is left out.
 */
export function batchFeeds({ shape, images, labels }: LabelledImages, h: Hyperparameters) {
  const count = labels.length;
  const batchSize = Math.min(h.batchSize, count);
  const stepsPerEpoch = Math.ceil(count / batchSize);
  const pixels = shape.height * shape.width * shape.channels;
  let order: { epoch: number; indices: Uint32Array } = { epoch: -1, indices: new Uint32Array(0) };
  const eachIndex = (step: number, visit: (index: number, at: number) => void) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    if (order.epoch !== epoch)
      order = { epoch, indices: permutation(count, new CounterRandom(h.seed, 'order', epoch)) };
    const first = (step % stepsPerEpoch) * batchSize;
    for (let at = 0; at < batchSize; at++) visit(order.indices[(first + at) % count], at);
  };
  const imageFeed: Feed = {
    name: 'images',
    shape: [batchSize, shape.height, shape.width, shape.channels],
    type: 'uint8',
    fill: (target, step) =>
      eachIndex(step, (index, at) =>
        (target as Uint8Array).set(images.subarray(index * pixels, (index + 1) * pixels), at * pixels),
      ),
  };
  const labelFeed: Feed = {
    name: 'labels',
    shape: [batchSize],
    type: 'int32',
    fill: (target, step) => eachIndex(step, (index, at) => void (target[at] = labels[index])),
  };
  return { images: imageFeed, labels: labelFeed, batchSize, stepsPerEpoch };
}
