import { netByGroup, signFlipP } from './sign-flip';

/** Images on which exactly one of two models is right. */
export interface Discordance {
  /** Only the candidate is right. */
  readonly gained: number;
  /** Only the champion is right. */
  readonly lost: number;
}

/** Compares two models' predicted classes over the same images, in the same order as `labels`. */
export function discordance(
  candidate: ArrayLike<number>,
  champion: ArrayLike<number>,
  labels: ArrayLike<number>,
): Discordance {
  if (candidate.length !== labels.length || champion.length !== labels.length)
    throw new RangeError(
      `predictions of ${candidate.length} and ${champion.length} images against ${labels.length} labels`,
    );
  let gained = 0;
  let lost = 0;
  for (let i = 0; i < labels.length; i++) {
    const right = candidate[i] === labels[i];
    if (right === (champion[i] === labels[i])) continue;
    if (right) gained++;
    else lost++;
  }
  return { gained, lost };
}

export const accuracy = (predictions: ArrayLike<number>, labels: ArrayLike<number>): number => {
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) right++;
  return labels.length === 0 ? 0 : right / labels.length;
};

/** `matrix[actual][predicted]` counts. */
export function confusionMatrix(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) matrix[labels[i]][predictions[i]]++;
  return matrix;
}

/** What a test of two models resamples: images that were taken together, where a gate set says which were, move together. */
export const testUnits = ['image', 'group'] as const;
export type TestUnit = (typeof testUnits)[number];

/** The images two models are compared on, each at the same place in both lists. */
export interface GateImages {
  /** The actual class. */
  readonly labels: ArrayLike<number>;
  /** A number from 0 for the group: images of one wafer, lot or tile share theirs; an image on its own has one to itself. */
  readonly groups: ArrayLike<number>;
}

/** How surely one model is better than another. */
export interface GateTest {
  /** Exact one-sided p, were both equally good. */
  readonly p: number;
  readonly testUnit: TestUnit;
  /** Units that favour one of the models: those the test rests on. With n of them p is no less than 2⁻ⁿ. */
  readonly testUnits: number;
}

/** Nobody to compare with. */
export const noTest: GateTest = { p: 1, testUnit: 'image', testUnits: 0 };

/**
 * Tests whether the candidate is better, by the gate's units: where every image is its own group this is the exact
 * binomial on the discordant images (McNemar; Fagerland et al. 2013), otherwise the exact paired sign-flip of whole
 * groups, for images of one group err together and count as one witness.
 */
export function gateTest(
  candidate: ArrayLike<number>,
  champion: ArrayLike<number>,
  { labels, groups }: GateImages,
): GateTest {
  const gains = netByGroup(candidate, champion, labels, groups);
  const grouped = new Set(Array.from(groups)).size < labels.length;
  return { p: signFlipP(gains), testUnit: grouped ? 'group' : 'image', testUnits: gains.length };
}

/** Wilson score interval of a proportion, 95 % by default. */
export function wilsonInterval(successes: number, trials: number, z = 1.959964): { low: number; high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const p = successes / trials;
  const z2 = z * z;
  const centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (z / (1 + z2 / trials)) * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

export const promotionPolicies = ['every-improvement', 'certified-only', 'manual'] as const;
export type PromotionPolicy = (typeof promotionPolicies)[number];
export const championStates = ['PROVISIONAL', 'CONFIRMED'] as const;
export type ChampionState = (typeof championStates)[number];

/** What the gate decided about one candidate, and why. */
export type GateOutcome = 'promoted' | 'kept' | 'vetoed';

/**
 * Serve on strict improvement: a first model always goes live, a later one when it alone is right on more
 * gate images than the champion alone. Ties keep the incumbent.
 */
export const improves = (against: Discordance | null): boolean => against === null || against.gained > against.lost;
