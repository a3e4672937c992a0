import {
  add,
  mean,
  mul,
  reverse,
  type Scalar,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { Hyperparameters } from '@ratchet/domain';
import type { CounterRandom } from './counter.random';
import type { FeedArray } from './feed';
import { drawn } from './random.draws';

export interface Examples {
  /** [B,H,W,C] */
  readonly images: Tensor4D;
  /** [B, classes] */
  readonly targets: Tensor2D;
}

/**
 * Every image mixed with its mirror place in the batch, which is in random order, and its target with it, by one draw a
 * batch. Mixup lays the two over each other (Zhang et al. 2018); cutmix takes a rectangle from the other, and as much of
 * its target as that is of the image (Yun et al. 2019). With both set, each batch is mixed the one way or the other.
 */
export function mix({ images, targets }: Examples, h: Hyperparameters): Examples {
  // Trials registered before there was cutmix have no such setting.
  if (h.cutmix > 0) {
    const [, height, width] = images.shape;
    const kept = drawn('cutmix', [1, height, width, 1], (target, random) => drawKept(target, width, h, random));
    return { images: between(images, kept), targets: between(targets, mean(kept)) };
  }
  if (h.mixup > 0) {
    const kept = drawn('mixup', [], (target, random) => void (target[0] = random.beta(h.mixup, h.mixup))) as Scalar;
    return { images: between(images, kept), targets: between(targets, kept) };
  }
  return { images, targets };
}

const between = <T extends Tensor>(x: T, kept: Tensor): T => add(mul(x, kept), mul(reverse(x, 0), sub(1, kept)));

/** Writes how much of each pixel of a batch stays: all but a rectangle, or where mixup has its turn the same of all. */
export function drawKept(
  kept: FeedArray,
  width: number,
  h: Pick<Hyperparameters, 'cutmix' | 'mixup'>,
  random: CounterRandom,
): void {
  if (h.mixup > 0 && random.integer(2) === 0) return void kept.fill(random.beta(h.mixup, h.mixup));
  const side = Math.sqrt(1 - random.beta(h.cutmix, h.cutmix));
  const [top, bottom] = stretch(kept.length / width, side, random);
  const [left, right] = stretch(width, side, random);
  kept.fill(1);
  for (let row = top; row < bottom; row++) kept.fill(0, row * width + left, row * width + right);
}

/** From where to where `share` of a side reaches around a place drawn on it; what would stick out is cut off. */
function stretch(size: number, share: number, random: CounterRandom): [from: number, to: number] {
  const centre = random.integer(size);
  const half = (share * size) / 2;
  return [Math.max(0, Math.round(centre - half)), Math.min(size, Math.round(centre + half))];
}
