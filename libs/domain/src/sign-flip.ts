/**
 * Net gain of every group whose images favour one model: images only the candidate gets right less images only the
 * champion gets right. Groups that favour neither say nothing and are left out.
 * @param groups of each image, its group as a number counted from 0, in the order of `labels`
 */
export function netByGroup(
  candidate: ArrayLike<number>,
  champion: ArrayLike<number>,
  labels: ArrayLike<number>,
  groups: ArrayLike<number>,
): number[] {
  const net: number[] = [];
  for (let i = 0; i < labels.length; i++)
    net[groups[i]] = (net[groups[i]] ?? 0) + Number(candidate[i] === labels[i]) - Number(champion[i] === labels[i]);
  return net.filter((gain) => gain !== 0);
}

/** Additions that take about a tenth of a second: a task's row is locked meanwhile. */
const MOST_STEPS = 1e8;

/**
 * One-sided p of a paired sign-flip test: were both models equally good, each group's net gain could as well have had
 * the other sign; this is the chance that the sum of the gains is at least what it is (Fisher 1935; Pitman 1937). Exact,
 * by building the distribution of that sum group by group. Where every gain is ±1 it is the exact binomial.
 * A test of so many large groups that this would take more than 10⁸ additions gets Hoeffding's bound instead, which is
 * never below the exact p (Hoeffding 1963).
 * @param gains of independent groups, none of them 0
 */
export function signFlipP(gains: readonly number[]): number {
  const sizes = gains.map(Math.abs);
  const larger = sizes.filter((size) => size > 1).sort((a, b) => a - b);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const gained = gains.reduce((sum, gain) => sum + Math.max(gain, 0), 0);
  if (larger.length * total > MOST_STEPS) return hoeffding(2 * gained - total, sizes);

  let chances = coinTosses(sizes.length - larger.length);
  for (const size of larger) chances = withOneMore(chances, size);
  let p = 0;
  for (let sum = gained; sum < chances.length; sum++) p += chances[sum];
  return Math.min(1, p);
}

/** Chance of 0, 1, … n heads in n fair tosses. */
export function coinTosses(n: number): Float64Array {
  const chances = new Float64Array(n + 1);
  let log = -n * Math.LN2; // log C(n, 0) / 2^n
  chances[0] = Math.exp(log);
  for (let k = 1; k <= n; k++) {
    log += Math.log(n - k + 1) - Math.log(k);
    chances[k] = Math.exp(log);
  }
  return chances;
}

/** `chances[s]` of a sum s, after one more group adds `size` or nothing, either as likely. */
function withOneMore(chances: Float64Array, size: number): Float64Array {
  const next = new Float64Array(chances.length + size);
  for (let sum = 0; sum < chances.length; sum++) {
    const half = chances[sum] / 2;
    next[sum] += half;
    next[sum + size] += half;
  }
  return next;
}

/** At least the chance that `sizes` with random signs sum to `net` or more. */
function hoeffding(net: number, sizes: readonly number[]): number {
  if (net <= 0) return 1;
  const squares = sizes.reduce((sum, size) => sum + size * size, 0);
  return Math.exp((-net * net) / (2 * squares));
}
