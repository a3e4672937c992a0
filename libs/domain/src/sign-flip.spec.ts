import fc from 'fast-check';
import { gateTest } from './gate';
import { certificationAlpha } from './verdict';
import { coinTosses, netByGroup, signFlipP } from './sign-flip';

/** By trying every pattern of signs. */
function byEnumeration(gains: readonly number[]): number {
  const observed = gains.reduce((sum, gain) => sum + gain, 0);
  let asLarge = 0;
  for (let signs = 0; signs < 2 ** gains.length; signs++)
    if (gains.reduce((sum, gain, i) => sum + (signs & (1 << i) ? gain : -gain), 0) >= observed) asLarge++;
  return asLarge / 2 ** gains.length;
}

const gain = fc.integer({ min: -9, max: 9 }).filter((value) => value !== 0);

describe('signFlipP', () => {
  it('is what trying every pattern of signs gives', () => {
    fc.assert(
      fc.property(fc.array(gain, { maxLength: 10 }), (gains) => {
        expect(signFlipP(gains)).toBeCloseTo(byEnumeration(gains), 12);
      }),
      { numRuns: 300 },
    );
  });

  it('is the binomial tail where every gain is one image', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (gained, lost) => {
        const gains = [...new Array<number>(gained).fill(1), ...new Array<number>(lost).fill(-1)];
        const tail = coinTosses(gained + lost).slice(gained);
        expect(signFlipP(gains)).toBeCloseTo(
          tail.reduce((sum, chance) => sum + chance, 0),
          12,
        );
        // And whatever the group's size, where it is the same for all.
        expect(signFlipP(gains.map((each) => 3 * each))).toBeCloseTo(signFlipP(gains), 12);
      }),
    );
  });

  it('says nothing without a group that favours one of the models', () => {
    expect(signFlipP([])).toBe(1);
  });

  it('stays finite for thousands of images', () => {
    const ones = (count: number, value: number) => new Array<number>(count).fill(value);
    expect(signFlipP([...ones(5000, 1), ...ones(5000, -1)])).toBeCloseTo(0.504, 3);
    expect(signFlipP([...ones(6000, 1), ...ones(4000, -1)])).toBeLessThan(1e-80);
    expect(signFlipP(ones(2000, 3))).toBeLessThan(1e-300);
  });

  it('bounds what would take too long from above, and in no time', () => {
    const sizes = Array.from({ length: 40_000 }, (_, i) => 2 + (i % 3));
    expect(signFlipP(sizes.map((size, i) => (i % 2 ? size : -size)))).toBeGreaterThan(0.5);
    const leaning = signFlipP(sizes.map((size, i) => (i % 100 < 51 ? size : -size)));
    expect(leaning).toBeGreaterThan(1 - 0.99997); // four standard deviations: 3e-5
    expect(leaning).toBeLessThan(1e-3);
  });
});

describe('netByGroup', () => {
  it('leaves out groups that favour neither model', () => {
    const groups = [0, 0, 1, 1, 2, 2];
    expect(netByGroup([0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 1], [0, 0, 0, 0, 0, 0], groups)).toEqual([2, -1]);
  });
});

describe('two equally good models whose lots err together', () => {
  const LOTS = 40;
  const IMAGES_PER_LOT = 10;
  const RUNS = 2000;
  const groups = Array.from({ length: LOTS * IMAGES_PER_LOT }, (_, i) => Math.floor(i / IMAGES_PER_LOT));
  const labels = groups.map(() => 0);

  /** A lot that only one of the models copes with, which one is a coin toss; each image of it shows that at 60 %. */
  function twoModels(random: () => number) {
    const candidate = [...labels];
    const champion = [...labels];
    for (let lot = 0; lot < LOTS; lot++) {
      const loser = random() < 0.5 ? candidate : champion;
      for (let i = 0; i < IMAGES_PER_LOT; i++) if (random() < 0.6) loser[lot * IMAGES_PER_LOT + i] = 1;
    }
    return { candidate, champion };
  }

  it('are told apart by images far too often, by groups no more often than allowed', () => {
    const random = seeded(7);
    const alarms = { image: 0, group: 0 };
    const alone = labels.map((_, i) => i);
    for (let run = 0; run < RUNS; run++) {
      const { candidate, champion } = twoModels(random);
      if (gateTest(candidate, champion, { labels, groups: alone }).p <= certificationAlpha) alarms.image++;
      if (gateTest(candidate, champion, { labels, groups }).p <= certificationAlpha) alarms.group++;
    }
    expect(alarms.image / RUNS).toBeGreaterThan(4 * certificationAlpha);
    expect(alarms.group / RUNS).toBeLessThanOrEqual(certificationAlpha);
    expect(alarms.group).toBeGreaterThan(0);
  });
});

/** Uniform in [0, 1), the same for the same seed (Mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
