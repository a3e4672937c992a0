import {
  add,
  clipByValue,
  greater,
  matMul,
  mean,
  mul,
  oneHot,
  reshape,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  transpose,
  where,
} from '@tensorflow/tfjs-core';
import { type Hyperparameters, InvalidInput } from '@ratchet/domain';
import { drawn, normalField, perRow } from './random.draws';

type Images = Tensor4D;

/**
 * Flips and shifts along one axis, drawn per image, as a list of source lines: line `at` of the result is line
 * `source[at]` of the image. Shifting repeats the edge.
 */
function lines(site: string, batch: number, size: number, flips: boolean, shift: number): Tensor1D {
  const reach = Math.round(shift * size);
  const fill = (target: { [at: number]: number }, random: { integer(below: number): number }) => {
    for (let image = 0; image < batch; image++) {
      const flipped = flips && random.integer(2) === 1;
      const offset = random.integer(2 * reach + 1) - reach;
      for (let at = 0; at < size; at++) {
        const source = Math.min(size - 1, Math.max(0, at - offset));
        target[image * size + at] = flipped ? size - 1 - source : source;
      }
    }
  };
  return drawn(site, [batch * size], fill, 'int32') as Tensor1D;
}

/** [B,S,rest] with its lines rearranged: a product with a matrix of ones and zeros, which every device does well and exactly. */
function rearrange(x: Tensor, source: Tensor1D): Tensor {
  const [batch, size, ...rest] = x.shape;
  const selection = reshape(oneHot(source, size, 1, 0, 'float32'), [batch, size, size]);
  const flat = reshape(x, [batch, size, rest.reduce((product, length) => product * length, 1)]);
  return reshape(matMul(selection, flat), x.shape);
}

/** Every turn by quarters is a flip of rows, a flip of columns and a transposition, each drawn by itself. */
function move(images: Images, h: Hyperparameters): Images {
  const [batch, height, width] = images.shape;
  const flipsRows = h.flipVertical || h.rotate90;
  const flipsColumns = h.flipHorizontal || h.rotate90;
  let moved: Tensor = images;
  if (flipsRows || h.shift > 0) moved = rearrange(moved, lines('rows', batch, height, flipsRows, h.shift));
  if (flipsColumns || h.shift > 0) {
    const columnsFirst = transpose(moved, [0, 2, 1, 3]);
    moved = transpose(rearrange(columnsFirst, lines('columns', batch, width, flipsColumns, h.shift)), [0, 2, 1, 3]);
  }
  if (!h.rotate90) return moved as Images;
  const turned = greater(perRow('turn', batch, 4, -1, 1), 0);
  return where(turned, transpose(moved, [0, 2, 1, 3]), moved) as Images;
}

function light(images: Images, h: Hyperparameters): Images {
  const [batch] = images.shape;
  let lit: Tensor = images;
  if (h.contrast > 0) {
    const centre = mean(lit, [1, 2, 3], true);
    lit = add(mul(sub(lit, centre), perRow('contrast', batch, 4, 1 - h.contrast, 1 + h.contrast)), centre);
  }
  if (h.brightness > 0) lit = add(lit, perRow('brightness', batch, 4, -h.brightness, h.brightness));
  if (h.noise > 0) lit = add(lit, mul(normalField('noise', images.shape), h.noise));
  return (lit === images ? images : clipByValue(lit, 0, 1)) as Images;
}

/** The augmentations of a hyperparameter set, drawn anew for every image and step. Images are [B,H,W,C] in [0, 1]. */
export const augment = (images: Images, h: Hyperparameters): Images => light(move(images, h), h);

/** Throws InvalidInput for augmentations that these images cannot have. */
export function checkAugmentation(h: Hyperparameters, height: number, width: number): void {
  if (h.rotate90 && height !== width)
    throw new InvalidInput(
      'rotate90',
      `needs square images, these are ${height}×${width}; switch it off or make the dataset square`,
      { height, width },
    );
}
