import fc from 'fast-check';
import type { NetworkSpec } from '@ratchet/domain';
import { augmentationSettings } from './augmentation.settings';
import { around } from './keras.networks';
import { layerCases } from './layer.cases';
import { steady, syntheticImages } from './parity';
import { type ParityCase, stepByStep } from './parity.case';
import { randomNetworkInput, randomNetworks } from './random.networks';
import { lossCases, optimizerCases, scheduleCases } from './training.cases';

const mapped = <T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

const grey = (side: number, count: number) => syntheticImages({ height: side, width: side, channels: 1 }, 3, count);
/** Activations are the same for any number of channels. */
const layersOfChannels = (cases: Record<string, NetworkSpec>) =>
  Object.fromEntries(Object.entries(cases).filter(([name]) => !name.startsWith('activation ')));
const sample = fc.sample(randomNetworks, { numRuns: 20, seed: 20_261_122 });

/** What a device is held to tfjs by: all that the processor is, by families, with 20 of the 300 random networks. */
export const deviceMatrix: Record<string, Record<string, ParityCase>> = {
  'layers, uneven channels': mapped(layerCases(6, 4, 5, 3), (network) => stepByStep(network, steady, grey(6, 8))),
  'layers, even channels': mapped(layersOfChannels(layerCases(4, 16, 32, 16)), (network) =>
    stepByStep(network, { ...steady, batchSize: 2 }, grey(4, 4)),
  ),
  optimizers: optimizerCases,
  schedules: scheduleCases,
  losses: lossCases,
  augmentation: mapped(augmentationSettings, (settings) =>
    stepByStep(around(), { ...steady, ...settings }, syntheticImages({ height: 6, width: 6, channels: 3 }, 3, 8)),
  ),
  'random networks': Object.fromEntries(
    sample.map((network, at) => [
      `number ${at + 1}`,
      stepByStep(network, { ...steady, learningRate: 0.01, batchSize: 2 }, syntheticImages(randomNetworkInput, 2, 4)),
    ]),
  ),
};
