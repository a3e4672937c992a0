import { InvalidInput } from './errors';
import {
  accuracy,
  discordance,
  gateTest,
  improves,
  noTest,
  type ChampionState,
  type GateImages,
  type GateOutcome,
  type GateTest,
  type PromotionPolicy,
} from './gate';

/** What a task demands of a candidate beyond being better. */
export interface GateRules {
  readonly classes: readonly string[];
  readonly criticalClasses: readonly string[];
  readonly escapeTolerance: number;
  readonly minimumGateImagesPerClass: number;
  readonly latencyBudgetMs: number;
  readonly policy: PromotionPolicy;
}

/** One exported model run over the gate set in the serving runtime. */
export interface GateRun {
  /** Predicted class per gate image, in manifest order. */
  readonly predictions: ArrayLike<number>;
  /** Median time of one image, one thread. */
  readonly latencyMs: number;
  /** Largest absolute difference of probabilities between the trainer and the exported file. */
  readonly maxAbsDifference: number;
}

/** The decision about one candidate and the figures it rests on. */
export interface GateVerdict extends GateTest {
  readonly outcome: GateOutcome;
  /** One sentence for people. */
  readonly reason: string;
  readonly gateAccuracy: number;
  /** Of the champion it was compared with; null for a task's first. */
  readonly againstAccuracy: number | null;
  readonly gained: number;
  readonly lost: number;
  /** What the champion is called after a promotion; null otherwise. */
  readonly state: ChampionState | null;
}

/** An exported file whose probabilities stray further than this from the trainer's is another model. */
export const maxProbabilityDifference = 1e-3;

/** Error budget of certification, spent over all gate queries of an epoch. */
export const certificationAlpha = 0.05;

/** Share of `alpha` for gate query t (1-based): 6α/(π²t³); summed over all queries and at most t incumbents each it is α. */
export const certificationThreshold = (query: number, alpha = certificationAlpha): number =>
  (6 * alpha) / (Math.PI ** 2 * query ** 3);

/** Escapes of one class: its images that are predicted as any other class. */
export function escapes(predictions: ArrayLike<number>, labels: ArrayLike<number>, critical: number): number {
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === critical && predictions[i] !== critical) count++;
  return count;
}

/**
 * Judges a candidate against the champion of this moment. Vetoes come first and are checked even for a task's
 * first model (escapes aside, which need somebody to compare with); then the policy; then a strict improvement.
 * A promoted model is PROVISIONAL, except under `certified-only`, where it has just passed the exact test.
 * @param champion predicted class per gate image of the model that serves now, null when none does
 * @param query number of this gate query, 1 for a task's first
 */
export function judge(
  rules: GateRules,
  images: GateImages,
  candidate: GateRun,
  champion: ArrayLike<number> | null,
  query: number,
): GateVerdict {
  const { labels } = images;
  if (candidate.predictions.length !== labels.length)
    throw new InvalidInput(
      'predictions',
      `${candidate.predictions.length} predictions for ${labels.length} gate images; every gate image needs exactly one`,
    );
  const against = champion ? discordance(candidate.predictions, champion, labels) : null;
  const figures = {
    gateAccuracy: accuracy(candidate.predictions, labels),
    againstAccuracy: champion ? accuracy(champion, labels) : null,
    gained: against?.gained ?? 0,
    lost: against?.lost ?? 0,
    ...(champion ? gateTest(candidate.predictions, champion, images) : noTest),
  };
  const decide = (outcome: GateOutcome, reason: string, state: ChampionState | null = null): GateVerdict => ({
    ...figures,
    outcome,
    reason,
    state,
  });

  const veto = vetoOf(rules, labels, candidate, champion);
  if (veto) return decide('vetoed', veto);

  const counts = against
    ? `${against.gained} gate images only the candidate gets right, ${against.lost} only the champion`
    : 'the first model of its task';
  if (!improves(against))
    return decide(
      'kept',
      `Not better than the champion: ${counts}${figures.gained === figures.lost ? '; ties keep the incumbent' : ''}.`,
    );
  if (rules.policy === 'manual')
    return decide('kept', `Better (${counts}), but the task's policy leaves promotions to people.`);
  if (rules.policy === 'certified-only' && against) {
    const threshold = certificationThreshold(query);
    const evidence = `p = ${figures.p.toPrecision(3)} over ${unitsOf(figures)}, ${threshold.toPrecision(3)} allowed at gate query ${query}`;
    return figures.p <= threshold
      ? decide('promoted', `Certified: ${counts}; ${evidence}.`, 'CONFIRMED')
      : decide('kept', `Better (${counts}), but not certainly so: ${evidence}${tooFew(figures, threshold)}.`);
  }
  return decide('promoted', against ? `Better: ${counts}.` : 'The first model of its task.', 'PROVISIONAL');
}

const unitsOf = ({ testUnit, testUnits }: GateTest): string =>
  `${testUnits} differing ${testUnit}${testUnits === 1 ? '' : 's'}`;

/** Said where no result of so few could have been certain: the gate set is what is short, not the model. */
const tooFew = (test: GateTest, threshold: number): string =>
  2 ** -test.testUnits > threshold ? `; ${unitsOf(test)} would be too few even if all favoured the candidate` : '';

/** Why a candidate may not serve whatever its accuracy, in one sentence; null when nothing stands against it. */
function vetoOf(
  rules: GateRules,
  labels: ArrayLike<number>,
  candidate: GateRun,
  champion: ArrayLike<number> | null,
): string | null {
  if (!(candidate.maxAbsDifference <= maxProbabilityDifference))
    return `The exported file strays from the trainer by ${candidate.maxAbsDifference} in probability; ${maxProbabilityDifference} is allowed.`;
  if (!(candidate.latencyMs <= rules.latencyBudgetMs))
    return `One image takes ${candidate.latencyMs.toFixed(2)} ms; the task's budget is ${rules.latencyBudgetMs} ms.`;

  const images = new Array<number>(rules.classes.length).fill(0);
  for (let i = 0; i < labels.length; i++) images[labels[i]]++;
  const scarce = rules.classes.filter((_, c) => images[c] < rules.minimumGateImagesPerClass);
  if (scarce.length)
    return `The gate set has fewer than ${rules.minimumGateImagesPerClass} images of ${scarce.join(', ')}.`;

  if (!champion) return null;
  for (const name of rules.criticalClasses) {
    const critical = rules.classes.indexOf(name);
    const before = escapes(champion, labels, critical);
    const after = escapes(candidate.predictions, labels, critical);
    if (after - before > rules.escapeTolerance)
      return `Escapes of the critical class ${name} would rise from ${before} to ${after}; ${rules.escapeTolerance} more are tolerated.`;
  }
  return null;
}
