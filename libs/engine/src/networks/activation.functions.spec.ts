import { setBackend, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { dense, sequentialJson } from '../testing/keras.networks';
import { activationNames } from './activation.functions';
import { buildNetwork } from './network.builder';

const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number) => clip(x + 3, 0, 6) / 6;
/** Abramowitz and Stegun 7.1.26: right to 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const tail = series.reduce((sum, factor) => (sum + factor) * t, 0) * Math.exp(-x * x);
  return Math.sign(x) * (1 - tail);
}

/** As Keras documents them; `hard_sigmoid` is Keras 2's, whose architectures use that name for it. */
const published: Record<string, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  relu6: (x) => clip(x, 0, 6),
  leaky_relu: (x) => (x > 0 ? x : 0.2 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  gelu_tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  swish: (x) => x * sigmoid(x),
  silu: (x) => x * sigmoid(x),
  sigmoid,
  hard_sigmoid: (x) => clip(0.2 * x + 0.5, 0, 1),
  hard_sigmoid6: hardSigmoid,
  hard_swish: (x) => x * hardSigmoid(x),
  hard_silu: (x) => x * hardSigmoid(x),
  hard_tanh: (x) => clip(x, -1, 1),
  tanh: Math.tanh,
  softplus: (x) => Math.log1p(Math.exp(x)),
  softsign: (x) => x / (1 + Math.abs(x)),
};

/** Parity with tfjs cannot show this of those that tfjs-layers lacks: there the reference has the same formula. */
test.each([...activationNames])('%s is what its name promises', async (activation) => {
  const points = Float32Array.from({ length: 81 }, (_, at) => (at - 40) / 5);
  const shape = { height: 9, width: 9, channels: 1 } as const;
  const model = await buildNetwork(
    sequentialJson(['Flatten', {}], ['Activation', { activation }], dense(2)),
    shape,
    2,
    1,
  );
  await setBackend('cpu');
  const answers = [...(model.layers[1].apply(tensor(points, [1, 81])) as Tensor).dataSync()];
  model.dispose();
  const powers = points.map(Math.exp);
  const sum = powers.reduce((all, power) => all + power, 0);
  const expected =
    activation === 'softmax' ? [...powers].map((power) => power / sum) : Array.from(points, published[activation]);
  answers.forEach((answer, at) => expect(answer).toBeCloseTo(expected[at], 5));
});
