import { type BenchNetwork, networkCalled } from './networks';
import { start } from './processes';
import type { Results } from './results';
import { median, spread } from './statistics';
import { ratchetCommand, type Variant } from './variants';
import type { WorkerLine } from './worker.protocol';

export interface Plan {
  readonly rounds: number;
  readonly threads: number;
  readonly networks: readonly BenchNetwork[];
  say(text: string): void;
}

const numbers = (lines: readonly WorkerLine[], field: 'imagesPerSecond' | 'rssMegabytes'): number[] =>
  lines.map((line) => line[field]).filter((value) => value !== undefined);

/**
 * Images per second: in every round each variant runs once, in a process of its own, and counts as the median of its
 * repetitions after the first. Interleaving spreads a machine's moods over all variants.
 */
export async function measureSpeed(variants: readonly Variant[], { rounds, threads, networks: wanted, say }: Plan) {
  const speed: Record<string, Record<string, ReturnType<typeof spread>>> = {};
  const versions: Record<string, string> = {};
  const failed: { peer: string; reason: string }[] = [];
  for (const network of wanted) {
    const figures = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++)
      for (const variant of variants.filter(({ slow }) => round === 0 || !slow)) {
        if (variant.networks && !variant.networks.includes(network.id)) continue;
        if (failed.some(({ peer }) => peer === `${variant.title}, ${network.id}`)) continue;
        try {
          const lines = await start(variant.command(network, threads)).done;
          Object.assign(versions, ...lines.map((line) => line.versions ?? {}));
          const rates = numbers(lines, 'imagesPerSecond');
          const rate = median(rates.length > 1 ? rates.slice(1) : rates);
          figures.set(variant.id, [...(figures.get(variant.id) ?? []), rate]);
          say(`${network.id} round ${round + 1}: ${variant.title} ${rate.toFixed(1)} images/s`);
        } catch (error) {
          failed.push({ peer: `${variant.title}, ${network.id}`, reason: (error as Error).message.slice(-400) });
          say(`${network.id}: ${variant.title} failed`);
        }
      }
    speed[network.id] = Object.fromEntries([...figures].map(([id, rates]) => [id, spread(rates)]));
  }
  return { speed, versions, failed };
}

/**
 * `count` processes at once, started together; answers images per second of all of them. Whole trials count until the
 * last has ended.
 */
async function together(count: number, args: Readonly<Record<string, string | number>>): Promise<number> {
  const workers = Array.from({ length: count }, () => start(ratchetCommand(args)));
  await Promise.all(workers.map(({ line }) => line(({ ready }) => ready === true)));
  workers.forEach(({ child }) => child.stdin!.write('go\n'));
  const lines = await Promise.all(workers.map(({ done }) => done));
  const rates = lines.flatMap((own) => numbers(own, 'imagesPerSecond'));
  return args.mode === 'trial' ? count * Math.min(...rates) : rates.reduce((sum, rate) => sum + rate, 0);
}

/** Two trials of one thread each beside one trial of two threads; in more rounds, for the two differ little. */
export async function measureConcurrency({ rounds, networks: wanted, say }: Plan): Promise<Results['concurrency']> {
  const results = [];
  for (const { id: network, batch, steps } of wanted)
    for (const [measure, args] of [
      ['trial', { mode: 'trial', steps: 3 * steps }],
      ['steps', { mode: 'timed', steps, seconds: 4 }],
    ] as const) {
      const [one, two]: [number[], number[]] = [[], []];
      for (let round = 0; round < 2 * rounds + 1; round++) {
        one.push(await together(1, { ...args, network, batch, threads: 2 }));
        two.push(await together(2, { ...args, network, batch, threads: 1 }));
      }
      say(`${network}, ${measure}: one trial ${median(one).toFixed(0)}, two ${median(two).toFixed(0)} images/s`);
      results.push({ network, measure, oneTrial: spread(one), twoTrials: spread(two) });
    }
  return results;
}

/** Resident memory at each tenth of a long training; small batches, because only the number of steps matters. */
export async function measureMemory({ threads, say }: Plan): Promise<Results['memory']> {
  const results = [];
  const cases = [
    ['mlp', networkCalled('mlp').batch],
    ['cnn', 8],
  ] as const;
  for (const [network, batch] of cases) {
    const steps = 5000;
    say(`memory of ${network} over ${steps} steps`);
    const lines = await start(ratchetCommand({ mode: 'memory', network, batch, steps, threads })).done;
    results.push({ network, steps, rssMegabytes: numbers(lines, 'rssMegabytes') });
  }
  return results;
}

/** Milliseconds from a network's description to a session ready to train, for every network of the zoo. */
export async function measureCompile({ threads }: Plan): Promise<Results['compileMs']> {
  const lines = await start(ratchetCommand({ mode: 'compile', batch: 32, threads })).done;
  return Object.fromEntries(lines.map((line) => [line.device!, line.compileMs!]));
}
