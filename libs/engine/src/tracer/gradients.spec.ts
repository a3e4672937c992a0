import type { NetworkSpec } from '@ratchet/domain';
import { onnxruntimeDevice } from '../devices/onnxruntime.device';
import { buildNetwork } from '../networks/network.builder';
import { portable } from '../strategies/portable';
import type { Strategy } from '../strategies/strategy';
import { conv, dense, flatten, type LayerJson, sequentialJson } from '../testing/keras.networks';
import { relativeDifference, steady, syntheticImages, tfjs, trainOn } from '../testing/parity';
import { strategiesHere } from '../testing/tfjs.parity';
import { CounterRandom } from '../training/counter.random';
import { trainingProgram } from '../training/program';
import { compileStep } from '../training/step.recording';

const data = syntheticImages({ height: 7, width: 6, channels: 1 }, 3, 4);
const learningRate = 1e-2;

/**
 * A sample of layers, and those whose gradient tfjs's own backend gets wrong and which therefore cannot be compared
 * with it: padded average pooling (it divides by the padding too), nearest up-sampling (it mixes up images) and
 * bilinear up-sampling of images that are not square (it mixes up sides). `width` and `other` are numbers of channels.
 */
const cases = (width: number, other: number): Record<string, NetworkSpec> => {
  const around = (...layers: readonly LayerJson[]) => sequentialJson(conv(width), ...layers, flatten, dense(3));
  return {
    dense: around(dense(5, { activation: 'tanh' })),
    'conv2d stride 2 same': around(conv(other, { strides: [2, 2], activation: 'sigmoid' })),
    'depthwise conv2d': around(['DepthwiseConv2D', { kernel_size: [3, 3], strides: [2, 2], padding: 'same' }]),
    'transposed conv2d': around([
      'Conv2DTranspose',
      { filters: other, kernel_size: [3, 3], strides: [2, 2], padding: 'same' },
    ]),
    'average pooling same': around(['AveragePooling2D', { pool_size: [2, 2], padding: 'same' }]),
    'average pooling overlapping same': around([
      'AveragePooling2D',
      { pool_size: [3, 3], strides: [2, 2], padding: 'same' },
    ]),
    'batch normalization': around(['BatchNormalization', {}], ['Activation', { activation: 'tanh' }]),
    'layer normalization': around(['LayerNormalization', {}]),
    'up-sampling nearest': around(['UpSampling2D', { size: [2, 3] }], conv(other)),
    'up-sampling bilinear': around(['UpSampling2D', { size: [2, 3], interpolation: 'bilinear' }], conv(other)),
  };
};

describe('gradients agree with finite differences', () => {
  test.each(Object.entries(cases(4, 5)))('%s', async (_name, network) => expectTrueGradients(network, portable));

  test.each(Object.entries(cases(16, 32)))('in blocks of channels: %s', async (_name, network) => {
    const [strategy] = await strategiesHere();
    const domains = await expectTrueGradients(network, strategy);
    expect(domains.includes('com.microsoft.nchwc')).toBe(strategy !== portable);
  });
});

/**
 * What tfjs's gradients cannot show of these layers, its loss can: that of the first step comes from the forward pass.
 * Bilinear up-sampling, where its gradient is not even of the right shape, is held to tfjs on square images elsewhere.
 */
const runnable = Object.entries(cases(4, 5)).filter(([name]) => name !== 'up-sampling bilinear');
test.each(runnable)('%s: the first loss is that of tfjs', async (_name, network) => {
  const expected = await trainOn(tfjs, network, steady, data, 1);
  for (const strategy of await strategiesHere())
    expect(
      relativeDifference(
        (await trainOn(onnxruntimeDevice('cpu', strategy, 1), network, steady, data, 1)).losses,
        expected.losses,
      ),
    ).toBeLessThan(1e-5);
});

/** Answers the domains of the operators that were used. */
async function expectTrueGradients(network: NetworkSpec, strategy: Strategy): Promise<string[]> {
  const h = { ...steady, momentum: 0, learningRate, batchSize: 4 };
  const model = await buildNetwork(network, data.shape, 3, 5);
  const program = trainingProgram(model, h, data);
  const { recording } = compileStep(program, strategy);
  const runner = await onnxruntimeDevice('cpu', strategy, 1).open(program);
  const start = new Map([...runner.read()].map(([name, value]) => [name, value.slice()]));
  const lossAt = async (values: ReadonlyMap<string, Float32Array>) => {
    runner.write(values);
    return (await runner.run(0, 1)).losses[0];
  };
  await lossAt(start);
  const after = new Map(runner.read());
  const random = new CounterRandom(3);
  const trainable = model.weights.map((weight, index) => ({ name: `weight/${index}`, trainable: weight.trainable }));
  for (const { name } of trainable.filter((weight) => weight.trainable)) {
    // Along a random direction: every element of the gradient takes part.
    const direction = Float32Array.from(start.get(name)!, () => random.normal());
    const length = Math.hypot(...direction);
    const moved = (size: number) => start.get(name)!.map((value, at) => value + (size * direction[at]) / length);
    const gradient = start.get(name)!.map((value, at) => (value - after.get(name)![at]) / learningRate);
    const slope = gradient.reduce((sum, value, at) => sum + (value * direction[at]) / length, 0);
    const size = 0.02;
    const measured =
      ((await lossAt(new Map(start).set(name, moved(size)))) - (await lossAt(new Map(start).set(name, moved(-size))))) /
      (2 * size);
    expect(Math.abs(measured - slope)).toBeLessThan(2e-3 + 0.02 * Math.abs(slope));
  }
  await runner.dispose();
  program.dispose();
  model.dispose();
  return recording.nodes.map(({ domain }) => domain);
}
