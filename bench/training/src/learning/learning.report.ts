import { comparePairs, meanAndDeviation, type PairedComparison } from './paired';

export interface LearningResults {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Held-out images. */
  readonly images: number;
  readonly tasks: readonly {
    readonly id: string;
    readonly title: string;
    readonly goal: number;
    readonly epochs: number;
    /** Accuracy per seed, from seed 1. */
    readonly ratchet: readonly number[];
    readonly pytorch: readonly number[];
  }[];
}

export interface LearningVerdict extends PairedComparison {
  readonly id: string;
  readonly ratchetReachesGoal: boolean;
}

export const verdicts = ({ tasks }: LearningResults): LearningVerdict[] =>
  tasks.map(({ id, goal, ratchet, pytorch }) => ({
    id,
    ratchetReachesGoal: meanAndDeviation(ratchet).mean >= goal,
    ...comparePairs(ratchet, pytorch),
  }));

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const four = (value: number) => value.toFixed(4);
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

/** The results as a page for people. Written by the comparison; edits are overwritten. */
export function learningReport(results: LearningResults): string {
  const { date, machine, versions, images, tasks } = results;
  const judged = new Map(verdicts(results).map((verdict) => [verdict.id, verdict]));
  const sections = tasks.map(({ id, title, goal, epochs, ratchet, pytorch }) => {
    const { difference, margin, withinNoise, ratchetReachesGoal } = judged.get(id)!;
    const summary = (values: readonly number[]) => {
      const { mean, deviation } = meanAndDeviation(values);
      return `${four(mean)} ± ${four(deviation)}`;
    };
    const seeds = ratchet.map((_, at) => `seed ${at + 1}`);
    return `## ${title}, ${epochs} epochs

${row(['', ...seeds, 'mean ± deviation'])}
${row(['---', ...seeds.map(() => '---:'), '---:'])}
${row(['Ratchet', ...ratchet.map(four), summary(ratchet)])}
${row(['PyTorch', ...pytorch.map(four), summary(pytorch)])}

Ratchet − PyTorch, seed by seed: ${signed(difference)} ± ${four(margin)} (95 %, paired t): ${withinNoise ? 'within noise' : '**not within noise**'}. Goal ${goal}: ${ratchetReachesGoal ? 'reached' : '**missed**'}.`;
  });
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# What networks learn, beside PyTorch

${date}, ${machine}. ${software.join(', ')}. Accuracy on ${images} held-out digits, of which one is ${four(1 / images)}.

${sections.join('\n\n')}
`;
}
