import { layerCases } from '../testing/layer.cases';
import { cpu, steady, syntheticImages, tfjs, trainOn, worstDifference } from '../testing/parity';

/** Seconds on an idle machine; a busy one may take its time. */
jest.setTimeout(180_000);

const shape = { height: 6, width: 6, channels: 1 } as const;
const data = syntheticImages(shape, 3, 8);

describe('a step compiled to ONNX gives what tfjs computes', () => {
  test.each(Object.entries(layerCases(4, 5, 3)))('%s', async (_name, network) => {
    const reference = await trainOn(tfjs, network, steady, data, 10);
    const compiled = await trainOn(cpu, network, steady, data, 10);
    expect(compiled.values.size).toBe(reference.values.size);
    const { losses, values } = worstDifference(compiled, reference);
    expect(losses).toBeLessThan(1e-4);
    expect(values).toBeLessThan(1e-4);
  });
});
