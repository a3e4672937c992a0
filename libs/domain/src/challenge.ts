import type { LatencyCounts } from './latency';
import { sumLatencies } from './latency';

/**
 * `canary`: the challenger answers a share of the champion's requests.
 * `shadow`: it runs a copy of a share of them; its answers are compared and thrown away.
 */
export const challengeModes = ['canary', 'shadow'] as const;
export type ChallengeMode = (typeof challengeModes)[number];

/** Why a challenge is over. */
export const challengeEndings = ['stopped', 'replaced', 'promoted', 'new-champion'] as const;
export type ChallengeEnding = (typeof challengeEndings)[number];

/** What a challenger is to do. */
export interface ChallengeTerms {
  readonly mode: ChallengeMode;
  /** Of the champion's requests, 0 to 100. */
  readonly percent: number;
}

/** How one of the two did. */
export interface ContestantFigures {
  readonly requests: number;
  readonly failed: number;
  /** Of the model's own time in its batch, without waiting. */
  readonly latency: LatencyCounts;
}

/** Images that the champion called one class and the challenger another, as indexes into the class list. */
export type Disagreement = readonly [champion: number, challenger: number, images: number];

/** What came of a challenge so far, in few enough numbers to travel with a heartbeat. */
export interface ChallengeFigures {
  readonly champion: ContestantFigures;
  readonly challenger: ContestantFigures;
  /** Requests that a shadow was to see and did not, because every thread was needed for answers. */
  readonly dropped: number;
  /** Images that both classified, and of those the ones they called the same. */
  readonly compared: number;
  readonly agreed: number;
  /** The most frequent first, `mostDisagreements` pairs at most. */
  readonly disagreements: readonly Disagreement[];
}

/** Pairs of classes in one report: it stays below 8 KB. */
export const mostDisagreements = 128;

/** The `mostDisagreements` most frequent; of equal ones the lower classes first. */
export const frequentDisagreements = (pairs: Iterable<Disagreement>): Disagreement[] =>
  [...pairs].sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]).slice(0, mostDisagreements);

/** What several inferencers saw, as if one had seen it. */
export function sumFigures(all: readonly ChallengeFigures[]): ChallengeFigures {
  const sum = (value: (figures: ChallengeFigures) => number) => all.reduce((total, f) => total + value(f), 0);
  const contestant = (side: 'champion' | 'challenger'): ContestantFigures => ({
    requests: sum((f) => f[side].requests),
    failed: sum((f) => f[side].failed),
    latency: sumLatencies(all.map((f) => f[side].latency)),
  });
  const pairs = new Map<string, Disagreement>();
  for (const [champion, challenger, images] of all.flatMap((f) => f.disagreements)) {
    const key = `${champion} ${challenger}`;
    pairs.set(key, [champion, challenger, images + (pairs.get(key)?.[2] ?? 0)]);
  }
  return {
    champion: contestant('champion'),
    challenger: contestant('challenger'),
    dropped: sum((f) => f.dropped),
    compared: sum((f) => f.compared),
    agreed: sum((f) => f.agreed),
    disagreements: frequentDisagreements(pairs.values()),
  };
}
