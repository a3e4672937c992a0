import {
  add,
  clipByValue,
  div,
  leakyRelu,
  mul,
  pow,
  relu6,
  serialization,
  sigmoid,
  tanh,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** An activation by name, as tfjs-layers looks them up. */
const activation = (name: string, apply: (x: Tensor) => Tensor) =>
  class extends serialization.Serializable {
    static readonly className = name;
    apply(x: Tensor): Tensor {
      return apply(x);
    }
    getConfig(): serialization.ConfigDict {
      return {};
    }
  };

/** Keras 3's definition; tfjs-layers' `hardSigmoid` is Keras 2's, clip(0.2·x + 0.5, 0, 1). */
const hardSigmoid = (x: Tensor): Tensor => div(relu6(add(x, 3)), 6);
const hardSwish = (x: Tensor): Tensor => mul(x, hardSigmoid(x));

const geluTanh = (x: Tensor): Tensor =>
  mul(mul(x, 0.5), add(tanh(mul(add(x, mul(pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI))), 1));

/** Activations of Keras that tfjs-layers lacks. */
const additions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  hardSigmoid6: hardSigmoid,
  hardSwish,
  hardSilu: hardSwish,
  hardTanh: (x) => clipByValue(x, -1, 1),
  leakyRelu: (x) => leakyRelu(x, 0.2),
  geluTanh,
  silu: (x) => mul(x, sigmoid(x)),
};
for (const [name, apply] of Object.entries(additions)) serialization.registerClass(activation(name, apply));

/** Names an activation may have in a network, in Keras's spelling. */
export const activationNames = new Set(
  (
    'linear relu relu6 leaky_relu elu selu gelu gelu_tanh mish swish silu sigmoid hard_sigmoid hard_sigmoid6 ' +
    'hard_swish hard_silu hard_tanh tanh softplus softsign softmax'
  ).split(' '),
);
