import { cos, floor, log, matMul, mul, reshape, sqrt, step, sub, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { CounterRandom } from './counter.random';
import type { Feed, FeedArray, Take } from './feed';

/**
 * Random tensors inside a step, the same on every device and in every run that reaches the step.
 *
 * One row of a field (an image) gets four random numbers from outside, drawn for (seed, step, site). Element j of the
 * row is the hash (k₁·t₁ⱼ + k₂·t₂ⱼ + k₃·t₃ⱼ + k₄) mod p of a fixed table of random columns t: pairwise independent, and
 * nothing but one thin matrix product to compute. With p = 1021 all of it stays below 2²², where float32 is exact, so
 * devices cannot disagree. k₄ carries an extra ½: results lie half-way between multiples of 1/p, away from thresholds.
 */
const prime = 1021;

interface Context {
  readonly take: Take;
  readonly seed: number;
}

let context: Context | undefined;

/** Runs `body` with random draws bound to a training's seed; feeds they need are taken through `take`. */
export function withDraws<T>(take: Take, seed: number, body: () => T): T {
  context = { take, seed };
  try {
    return body();
  } finally {
    context = undefined;
  }
}

/** A feed of numbers drawn for (seed, step, site). */
export function drawn(
  site: string,
  shape: readonly number[],
  fill: (target: FeedArray, random: CounterRandom) => void,
  type: Feed['type'] = 'float32',
): Tensor {
  if (!context) throw new Error(`'${site}' draws random numbers outside of a training step`);
  const { take, seed } = context;
  return take({
    name: `draw/${site}`,
    shape,
    type,
    fill: (target, at) => fill(target, new CounterRandom(seed, at, site)),
  });
}

const table = (columns: number): Tensor => {
  const random = new CounterRandom('table', columns);
  const values = Float32Array.from({ length: 4 * columns }, (_, at) => (at < 3 * columns ? random.integer(prime) : 1));
  return tensor2d(values, [4, columns]);
};

/** Uniform in (0, 1), at odd multiples of 1/2042; `shape[0]` rows are independent. */
export function uniformField(site: string, shape: readonly number[]): Tensor {
  const [rows, ...rest] = shape;
  const columns = rest.reduce((product, size) => product * size, 1);
  const keys = drawn(site, [rows, 4], (target, random) => {
    for (let at = 0; at < target.length; at++) target[at] = random.integer(prime) + (at % 4 === 3 ? 0.5 : 0);
  });
  const scaled = mul(matMul(keys as never, table(columns) as never), 1 / prime);
  return reshape(sub(scaled, floor(scaled)), [...shape]);
}

/** 0 with probability `rate`, else 1/(1 − rate): what dropout multiplies by. `rate` is rounded to a multiple of 1/1021. */
export function dropoutField(site: string, shape: readonly number[], rate: number): Tensor {
  const dropped = Math.round(rate * prime) / prime;
  return mul(keptField(site, shape, rate), 1 / (1 - dropped));
}

/** 0 with probability `rate`, else 1. */
export function keptField(site: string, shape: readonly number[], rate: number): Tensor {
  return step(sub(uniformField(site, shape), Math.round(rate * prime) / prime));
}

/** Standard normal, by Box and Muller; at most 3.9 in size. */
export function normalField(site: string, shape: readonly number[]): Tensor {
  const radius = sqrt(mul(log(uniformField(`${site}/radius`, shape)), -2));
  return mul(radius, cos(mul(uniformField(`${site}/angle`, shape), 2 * Math.PI)));
}

/** One number per row, uniform in [low, high), shaped to broadcast over `rank` axes. */
export function perRow(site: string, rows: number, rank: number, low: number, high: number): Tensor {
  const values = drawn(site, [rows], (target, random) => {
    for (let at = 0; at < target.length; at++) target[at] = low + (high - low) * random.uniform();
  });
  return reshape(values, [rows, ...new Array<number>(rank - 1).fill(1)]);
}
