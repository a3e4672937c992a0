/**
 * Random numbers as a function of their place: the stream for (seed, step, site) can be produced at any time without
 * producing those before it, so an interrupted training continues with the numbers it would have seen. The keys are
 * hashed with the finaliser of MurmurHash3; the stream is sfc32 (C. Doty-Humphrey's small fast counting generator).
 */
export class CounterRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(...keys: readonly (number | string)[]) {
    const numbers = keys.flatMap((key) =>
      typeof key === 'number' ? [key >>> 0, Math.floor(key / 2 ** 32) >>> 0] : [hashText(key)],
    );
    const digest = (salt: number) => numbers.reduce((state, number) => mix(state ^ mix(number + 0x9e3779b9)), salt);
    [this.a, this.b, this.c] = [digest(0x243f6a88), digest(0x85a308d3), digest(0x13198a2e)];
    for (let round = 0; round < 12; round++) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.word() / 2 ** 32;
  }

  /** Uniform among 0 … below − 1; the bias is below 2⁻³² · below. */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Gamma(shape, 1), by Marsaglia and Tsang 2000. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Beta(a, b); where both are so small that only its ends are left, one of them. */
  beta(a: number, b: number): number {
    const x = this.gamma(a);
    const sum = x + this.gamma(b);
    return sum > 0 ? x / sum : Number(this.uniform() * (a + b) < a);
  }
}

function mix(word: number): number {
  let x = word | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

const hashText = (text: string): number =>
  [...text].reduce((hash, letter) => mix(hash ^ letter.codePointAt(0)!), text.length);

/** 0 … length − 1 in random order (Fisher and Yates). */
export function permutation(length: number, random: CounterRandom): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let at = length - 1; at > 0; at--) {
    const other = random.integer(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}
