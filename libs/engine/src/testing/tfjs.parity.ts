import type { Device } from '../devices/device';
import { onnxruntimeDevice } from '../devices/onnxruntime.device';
import { cpuStrategy } from '../strategies/blocked/blocked.probe';
import { portable } from '../strategies/portable';
import { processor } from '../strategies/processor/processor';
import type { Strategy } from '../strategies/strategy';
import { type Run, trainOn, worstDifference } from './parity';
import { type ParityCase, tenSteps } from './parity.case';

/** What every layer, loss, optimizer and schedule is held to on the processor after ten steps, by `relativeDifference`. */
export const tolerance = 1e-4;

/** The strategies that can run on the processor. Warns where the blocked one is not among them. */
export async function strategiesHere(): Promise<Strategy[]> {
  const { strategy, reason } = await cpuStrategy();
  if (strategy !== processor) return [strategy, processor, portable];
  console.warn(`The blocked strategy cannot be tested on this processor: ${reason}`);
  return [processor, portable];
}

/**
 * Trains by tfjs's plain `cpu` backend once and compiled by each of `strategies`; answers, in words, where losses or
 * final variables differ by more than the tolerance. Nothing to say is what a test expects.
 */
export async function differencesFromTfjs(strategies: readonly Strategy[], parity: ParityCase): Promise<string[]> {
  const reference = await parity.reference();
  const found: string[] = [];
  for (const strategy of strategies) {
    const differences = await differenceFrom(reference, onnxruntimeDevice('cpu', strategy, 1), parity);
    for (const [what, difference] of Object.entries(differences))
      if (!(difference < tolerance)) found.push(`${strategy.name}: ${what} differ by ${difference.toPrecision(2)}`);
  }
  return found;
}

/** How far a training on `device` ends from `reference`. Throws where they do not have the same variables. */
export async function differenceFrom(
  reference: Run,
  device: Device,
  { network, h, data }: ParityCase,
): Promise<{ losses: number; values: number }> {
  const run = await trainOn(device, network, h, data, tenSteps);
  // A reference by tfjs's own optimizers keeps their slots to itself.
  const known = (name: string) => reference.values.has(name) || name.startsWith('slot/');
  const others = [
    ...[...reference.values.keys()].filter((name) => !run.values.has(name)),
    ...[...run.values.keys()].filter((name) => !known(name)),
  ];
  if (others.length > 0) throw new Error(`Trained in one place only: ${others.join(', ')}`);
  return worstDifference(run, reference);
}
