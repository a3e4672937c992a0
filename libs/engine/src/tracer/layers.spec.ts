import { layerCases } from '../testing/layer.cases';
import { steady, syntheticImages } from '../testing/parity';
import { stepByStep } from '../testing/parity.case';
import { differencesFromTfjs, strategiesHere } from '../testing/tfjs.parity';

/** Seconds on an idle machine; a busy one may take its time. */
jest.setTimeout(180_000);

const side = 6;
const data = syntheticImages({ height: side, width: side, channels: 1 }, 3, 8);

/** Channels that no block of the processor divides: the blocked strategy has to mix its kernels with the portable ones. */
describe('ten steps compiled to ONNX give what tfjs computes', () => {
  test.each(Object.entries(layerCases(side, 4, 5, 3)))('%s', async (_name, network) =>
    expect(await differencesFromTfjs(await strategiesHere(), stepByStep(network, steady, data))).toEqual([]),
  );
});
