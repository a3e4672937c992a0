import type { Hyperparameters, NetworkSpec } from '@ratchet/domain';
import { onnxruntimeDevice } from '../devices/onnxruntime.device';
import { cpuStrategy } from '../strategies/blocked/blocked.probe';
import { portable } from '../strategies/portable';
import type { Strategy } from '../strategies/strategy';
import type { LabelledImages } from '../training/batch.feeds';
import { tfjs, trainOn, worstDifference } from './parity';

/** What every layer, loss, optimizer and schedule is held to after ten steps, by `relativeDifference`. */
export const tolerance = 1e-4;
export const tenSteps = 10;

/** The strategies of the processor, the one it takes by itself first. Warns where that is the portable one. */
export async function strategiesHere(): Promise<Strategy[]> {
  const { strategy, reason } = await cpuStrategy();
  if (strategy !== portable) return [strategy, portable];
  console.warn(`The blocked strategy cannot be tested on this processor: ${reason}`);
  return [portable];
}

/**
 * Trains in tfjs's plain `cpu` backend once and compiled by each of `strategies`; answers, in words, where losses or
 * final variables differ by more than the tolerance. Nothing to say is what a test expects.
 */
export async function differencesFromTfjs(
  strategies: readonly Strategy[],
  network: NetworkSpec,
  h: Hyperparameters,
  data: LabelledImages,
): Promise<string[]> {
  const reference = await trainOn(tfjs, network, h, data, tenSteps);
  const found: string[] = [];
  for (const strategy of strategies) {
    const run = await trainOn(onnxruntimeDevice('cpu', strategy, 1), network, h, data, tenSteps);
    if (run.values.size !== reference.values.size) found.push(`${strategy.name}: other variables`);
    for (const [what, difference] of Object.entries(worstDifference(run, reference)))
      if (!(difference < tolerance)) found.push(`${strategy.name}: ${what} differ by ${difference.toPrecision(2)}`);
  }
  return found;
}
