import type { ImageShape, NetworkSpec } from '@ratchet/domain';
import { conv, dense, flatten, functionalJson, sequentialJson } from '../testing/keras.networks';
import { describeNetwork } from './describe';
import { buildNetwork } from './network.builder';
import { zooEntries } from './zoo';

const grey: ImageShape = { height: 28, width: 28, channels: 1 };
const colour: ImageShape = { height: 64, width: 64, channels: 3 };

describe('the zoo', () => {
  test.each(zooEntries().map(({ name }) => [name]))(
    '%s is described within two seconds, for both kinds of image',
    async (name) => {
      for (const input of [grey, colour]) {
        const started = performance.now();
        const { layers, parameters, flops } = await describeNetwork({ kind: 'zoo', name, args: {} }, input, 7);
        expect(performance.now() - started).toBeLessThan(2000 * slowdown);
        expect(layers.at(-1)!.outputShape).toEqual([7]);
        expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
        expect(layers.reduce((sum, layer) => sum + layer.flops, 0)).toBe(flops);
      }
    },
  );

  test('describes LeNet-5 as published sums go', async () => {
    const { layers, parameters } = await describeNetwork({ kind: 'zoo', name: 'lenet5', args: {} }, grey, 10);
    expect(parameters).toBe(61_706);
    const [first] = layers.filter(({ type }) => type === 'Conv2D');
    expect(first).toMatchObject({ outputShape: [28, 28, 6], parameters: 156, flops: 2 * 25 * 6 * 28 * 28 });
    expect(layers.map(({ name }) => name)).toEqual([...new Set(layers.map(({ name }) => name))]);
  });

  test.each([
    [{ name: 'vgg', args: {} }, /name: there is no 'vgg' in the zoo/],
    [{ name: 'mlp', args: { depth: 3 } }, /args.depth: 'mlp' has no such argument/],
    [{ name: 'mlp', args: { units: 1e6 } }, /args.units: must be a number from 8 to 4096/],
    [{ name: 'resnet', args: { blocks: 1.5 } }, /args.blocks: must be a whole number/],
  ])('refuses %j', async (zoo, message) => {
    await expect(describeNetwork({ kind: 'zoo', ...zoo } as NetworkSpec, grey, 2)).rejects.toThrow(message);
  });
});

/** The machine's other work is not the engine's fault: limits are for an idle one. */
const slowdown = 4;

describe('a Keras architecture', () => {
  test('is rebuilt for the images at hand', async () => {
    const network = sequentialJson(
      conv(4, { batch_input_shape: [null, 8, 8, 1] }),
      flatten,
      dense(3, { activation: 'softmax' }),
    );
    expect((await describeNetwork(network, colour, 3)).layers[0].outputShape).toEqual([64, 64, 4]);
  });

  test('is read as Keras 3 writes it', async () => {
    const tensor = (name: string) => ({
      class_name: '__keras_tensor__',
      config: { shape: [null, 28, 28, 4], dtype: 'float32', keras_history: [name, 0, 0] },
    });
    const layer = (type: string, name: string, config: object, ...from: string[]) => ({
      module: 'keras.layers',
      class_name: type,
      config: {
        name,
        trainable: true,
        dtype: { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' } },
        ...config,
      },
      registered_name: null,
      build_config: {},
      name,
      inbound_nodes:
        from.length === 0 ? [] : [{ args: [from.length === 1 ? tensor(from[0]) : from.map(tensor)], kwargs: {} }],
    });
    const glorot = {
      module: 'keras.initializers',
      class_name: 'GlorotUniform',
      config: { seed: null },
      registered_name: null,
    };
    const convolution = {
      filters: 4,
      kernel_size: [3, 3],
      padding: 'same',
      groups: 1,
      activation: 'silu',
      kernel_initializer: glorot,
      kernel_constraint: null,
    };
    const model = {
      module: 'keras.src.models.functional',
      class_name: 'Functional',
      config: {
        name: 'net',
        layers: [
          layer('InputLayer', 'images', { batch_shape: [null, 28, 28, 1], sparse: false }),
          layer('Conv2D', 'left', convolution, 'images'),
          layer('Conv2D', 'right', { ...convolution, activation: 'hard_sigmoid' }, 'images'),
          layer('Add', 'sum', {}, 'left', 'right'),
          layer('GlobalAveragePooling2D', 'pool', { data_format: 'channels_last', keepdims: false }, 'sum'),
          layer('Dense', 'out', { units: 5, activation: 'softmax', kernel_initializer: glorot }, 'pool'),
        ],
        input_layers: ['images', 0, 0],
        output_layers: ['out', 0, 0],
      },
      registered_name: 'Functional',
    };
    const { parameters } = await describeNetwork({ kind: 'keras', model }, grey, 5);
    expect(parameters).toBe(2 * (9 * 4 + 4) + 4 * 5 + 5);
    const saved = { modelTopology: { model_config: model } };
    expect((await describeNetwork({ kind: 'keras', model: saved }, grey, 5)).parameters).toBe(parameters);
  });

  const image = { type: 'InputLayer', name: 'in', config: { batch_input_shape: [null, 28, 28, 1] } };
  const refused: [string, NetworkSpec, RegExp][] = [
    [
      'layers the engine does not know',
      sequentialJson(['LSTM', { units: 3 }], dense(3)),
      /layer layer0: is of type 'LSTM', which is not supported/,
    ],
    [
      'options the engine does not know',
      sequentialJson(conv(4, { groups: 2 }), flatten, dense(3)),
      /layer layer0: has groups = 2; only 1 is supported/,
    ],
    [
      'channels first',
      sequentialJson(conv(4, { data_format: 'channels_first' }), flatten, dense(3)),
      /layer layer0: has data_format/,
    ],
    [
      'activations it does not know',
      sequentialJson(conv(4, { activation: 'maxout' }), flatten, dense(3)),
      /layer layer0: has the activation "maxout"/,
    ],
    [
      'weight constraints',
      sequentialJson(conv(4, { kernel_constraint: { class_name: 'MaxNorm', config: {} } }), flatten, dense(3)),
      /kernel_constraint/,
    ],
    [
      'what tfjs-layers would pass over in silence',
      sequentialJson(conv(4), ['ReLU', { activity_regularizer: { class_name: 'L2', config: {} } }], flatten, dense(3)),
      /layer layer1: has the option activity_regularizer/,
    ],
    [
      'initializers it does not know',
      sequentialJson(conv(4, { kernel_initializer: { class_name: 'Magic', config: {} } }), flatten, dense(3)),
      /layer layer0: has the kernel_initializer Magic/,
    ],
    [
      'initializers of matrices',
      sequentialJson(conv(4, { kernel_initializer: 'orthogonal' }), flatten, dense(3)),
      /layer layer0: has the kernel_initializer Orthogonal/,
    ],
    [
      'settings that tfjs-layers complains about without a name',
      sequentialJson(conv(4), flatten, dense(8), ['Dense', {}], dense(3)),
      /layer layer3: cannot be built: Expected units/,
    ],
    [
      'what nothing but recording a step brings to light',
      sequentialJson(conv(4), ['Softmax', { axis: 1 }], flatten, dense(3)),
      /layer layer1: cannot be compiled: Softmax along a non-last dimension/,
    ],
    [
      'weights that cannot be made',
      sequentialJson(conv(4), ['PReLU', { shared_axes: [9] }], flatten, dense(3)),
      /network: cannot be compiled: .*shape/,
    ],
    [
      'dilated convolutions',
      sequentialJson(conv(4, { dilation_rate: [2, 2] }), flatten, dense(3)),
      /layer layer0: .*dilation/,
    ],
    [
      'another number of classes',
      sequentialJson(conv(4), flatten, dense(4)),
      /layer layer2: gives \[4\] where one number for each of 3 classes is needed/,
    ],
    ['no classifier at all', sequentialJson(conv(4)), /layer layer0: gives \[28,28,4\]/],
    [
      'an open reshape',
      sequentialJson(['Reshape', { target_shape: [-1] }], dense(3)),
      /layer layer0: has the target_shape \[-1\]/,
    ],
    [
      'sizes that do not fit',
      sequentialJson(conv(4, { kernel_size: [40, 40], padding: 'valid' }), flatten, dense(3)),
      /layer0|network/,
    ],
    [
      'layers applied to nothing that is there',
      functionalJson(image, { type: 'Flatten', name: 'flat', from: ['nowhere'] }),
      /layer flat: is applied to 'nowhere', which does not exist/,
    ],
    [
      'layers applied to themselves',
      functionalJson(image, { type: 'Add', name: 'sum', from: ['in', 'sum'] }),
      /layer sum: is applied, through others, to its own output/,
    ],
    ['what is no model', { kind: 'keras', model: 'model.json' }, /model: must be the JSON object/],
    [
      'other classes',
      { kind: 'keras', model: { class_name: 'Pipeline', config: {} } },
      /model.class_name: is 'Pipeline'/,
    ],
    [
      'no layers',
      { kind: 'keras', model: { class_name: 'Sequential', config: { layers: [] } } },
      /model.config.layers: must be a list/,
    ],
    [
      'nonsense for layers',
      { kind: 'keras', model: { class_name: 'Sequential', config: { layers: [1] } } },
      /model.config.layers\[0\]/,
    ],
  ];
  test.each<[regularizer: unknown, l1: number, l2: number]>([
    ['l2', 0, 0.01],
    ['l1_l2', 0.01, 0.01],
    [{ class_name: 'L1', config: { l1: 0.5 } }, 0.5, 0],
    [{ module: 'keras.regularizers', class_name: 'L2', config: { l2: 0.25 }, registered_name: null }, 0, 0.25],
    [{ class_name: 'L1L2', config: { l1: 0.1, l2: 0.2 } }, 0.1, 0.2],
  ])('adds the loss of the regularizer %j', async (regularizer, l1, l2) => {
    const network = sequentialJson(flatten, dense(3, { kernel_regularizer: regularizer }));
    const model = await buildNetwork(network, { height: 2, width: 2, channels: 1 }, 3, 1);
    const kernel = [...model.getWeights()[0].dataSync()];
    const expected = kernel.reduce((sum, weight) => sum + l1 * Math.abs(weight) + l2 * weight ** 2, 0);
    const [loss] = model.layers.flatMap((layer) => layer.calculateLosses());
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 5);
    model.dispose();
  });

  test('starts from the same weights with the same seed, whatever is random in it, and from others with another', async () => {
    const random = (stddev: number) => ({ class_name: 'RandomNormal', config: { stddev } });
    const network = sequentialJson(
      conv(4, { bias_initializer: random(0.1), kernel_initializer: { class_name: 'LecunNormal', config: {} } }),
      ['BatchNormalization', { gamma_initializer: random(0.2) }],
      ['PReLU', { alpha_initializer: random(0.3) }],
      flatten,
      dense(3, { kernel_initializer: 'truncated_normal' }),
    );
    const initial = async (seed: number) => {
      const model = await buildNetwork(network, { height: 4, width: 4, channels: 1 }, 3, seed);
      const weights = model.getWeights().map((weight) => [...weight.dataSync()].map(String));
      model.dispose();
      return weights;
    };
    const [first, again, other] = [await initial(5), await initial(5), await initial(6)];
    expect(again).toEqual(first);
    const [kernel, bias, gamma, beta, alpha, dense0] = first.map((weight, at) => weight.join() !== other[at].join());
    expect({ kernel, bias, gamma, beta, alpha, dense0 }).toEqual({
      ...{ kernel: true, bias: true, gamma: true, beta: false, alpha: true, dense0: true },
    });
    expect(new Set(first.slice(0, 3).flat()).size).toBe(9 * 4 + 4 + 4);
  });

  test('refuses more parameters than can be trained, at once and naming the layer', async () => {
    const started = performance.now();
    const wide = sequentialJson(flatten, dense(100_000, { name: 'wide' }), dense(3));
    await expect(describeNetwork(wide, colour, 3)).rejects.toThrow(
      /layer 'wide': has 1229 million of the network's 1229 million parameters; 200 million are allowed/,
    );
    expect(performance.now() - started).toBeLessThan(2000 * slowdown);
  });

  test.each(refused)('refuses %s, naming the place', async (_what, network, message) => {
    await expect(describeNetwork(network, grey, 3)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(message) as string,
    });
  });

  test('refuses JSON nested without end before reading it', async () => {
    let model: unknown = {};
    for (let depth = 0; depth < 5000; depth++) model = { model };
    await expect(describeNetwork({ kind: 'keras', model }, grey, 3)).rejects.toThrow(/nested more than 32 levels deep/);
  });
});
