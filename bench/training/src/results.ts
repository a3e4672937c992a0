import { geometricMean, median, type Spread } from './statistics';

export interface Results {
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGigabytes: number;
    readonly system: string;
    readonly threads: number;
    /** One-minute load average before and after; near 0 before means nothing else was running. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly versions: Readonly<Record<string, string>>;
  /** Images per second by network and variant. */
  readonly speed: Readonly<Record<string, Readonly<Record<string, Spread>>>>;
  readonly titles: Readonly<Record<string, string>>;
  readonly concurrency: readonly {
    readonly network: string;
    /** Whole trials, from the network's description to the verified export, or training steps alone. */
    readonly measure: 'trial' | 'steps';
    readonly oneTrial: Spread;
    readonly twoTrials: Spread;
  }[];
  readonly memory: readonly {
    readonly network: string;
    readonly steps: number;
    readonly rssMegabytes: readonly number[];
  }[];
  readonly compileMs: Readonly<Record<string, number>>;
  readonly missing: readonly { readonly peer: string; readonly reason: string }[];
}

export interface Goal {
  readonly what: string;
  readonly limit: string;
  readonly figure: number;
  readonly met: boolean;
}

/** How many times as fast `variant` is as `against`, by network; networks where either is missing are left out. */
export function ratios({ speed }: Results, variant: string, against: string): Record<string, number> {
  const both = Object.entries(speed).filter(([, figures]) => figures[variant] && figures[against]);
  return Object.fromEntries(both.map(([id, figures]) => [id, figures[variant].median / figures[against].median]));
}

const atLeast = (what: string, figure: number, limit: number): Goal => ({
  what,
  limit: `≥ ${limit}`,
  figure,
  met: figure >= limit,
});
const atMost = (what: string, figure: number, limit: number): Goal => ({
  what,
  limit: `≤ ${limit}`,
  figure,
  met: figure <= limit,
});

type Concurrency = Results['concurrency'][number];

export const concurrencyTitle = ({ network, measure }: Concurrency): string =>
  `${network}, ${measure === 'trial' ? 'whole trials' : 'steps alone'}`;

/** How many times as fast two trials at once are: the median over rounds, for the two of a round share its mood. */
export const gain = ({ oneTrial, twoTrials }: Concurrency): number =>
  median(twoTrials.rounds.map((rate, round) => rate / oneTrial.rounds[round]));

/** Growth of resident memory after the first fifth of the steps, in megabytes: by then every buffer has been made. */
export const growth = (rss: readonly number[]): number => rss[rss.length - 1] - rss[Math.floor(rss.length / 5)];

const twoAtOnce = 'two one-thread trials ÷ one two-thread trial';

/** What the project promises, held against these results. */
export function goals(results: Results): Goal[] {
  const eager = ratios(results, 'ratchet', 'pytorch-eager');
  const each = (name: string, figures: Record<string, number>, limit: number) =>
    Object.entries(figures).map(([id, ratio]) => atLeast(`${name}, ${id}`, ratio, limit));
  return [
    ...each('Ratchet ÷ PyTorch eager', eager, 1.3),
    ...(Object.keys(eager).length > 0
      ? [atLeast('Ratchet ÷ PyTorch eager, geometric mean', geometricMean(Object.values(eager)), 1.6)]
      : []),
    ...each('Ratchet ÷ Keras', ratios(results, 'ratchet', 'keras'), 1.1),
    ...each('standard operators ÷ PyTorch eager', ratios(results, 'ratchet-portable', 'pytorch-eager'), 0.8),
    ...results.concurrency.map((figures) => atLeast(`${twoAtOnce}, ${concurrencyTitle(figures)}`, gain(figures), 1.1)),
    ...(results.concurrency.length > 0
      ? [atLeast(`${twoAtOnce}, geometric mean`, geometricMean(results.concurrency.map(gain)), 1.1)]
      : []),
    ...results.memory.map(({ network, steps, rssMegabytes }) =>
      atMost(`growth of memory over ${steps} steps, MB, ${network}`, growth(rssMegabytes), 16),
    ),
    ...Object.entries(results.compileMs).map(([name, ms]) => atMost(`compiling ${name}, s`, ms / 1000, 2)),
  ];
}
