import fc from 'fast-check';
import { steady, syntheticImages } from '../testing/parity';
import { stepByStep } from '../testing/parity.case';
import { randomNetworkInput, randomNetworks } from '../testing/random.networks';
import { differencesFromTfjs, strategiesHere } from '../testing/tfjs.parity';

const data = syntheticImages(randomNetworkInput, 2, 4);

test('300 random networks train for ten steps as tfjs trains them', async () => {
  const strategies = await strategiesHere();
  await fc.assert(
    fc.asyncProperty(randomNetworks, async (network) => {
      const h = { ...steady, learningRate: 0.01, batchSize: 2 };
      expect(await differencesFromTfjs(strategies, stepByStep(network, h, data))).toEqual([]);
    }),
    { numRuns: 300, seed: 20_261_122, endOnFailure: true },
  );
}, 900_000);
