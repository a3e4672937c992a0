import { InvalidInput } from '@ratchet/domain';
import { activationNames } from './activation.functions';
import { initializerOf, type LayerConfig } from './architecture';

/** What an option must be where the engine supports one value only; the first listed is what leaving it out means. */
type Requirements = Readonly<Record<string, readonly unknown[]>>;

const imageLayer: Requirements = { data_format: ['channels_last', undefined, null] };
const convolution: Requirements = { ...imageLayer, groups: [1, undefined, null] };

/** The layers a network may be made of, with the options that are bound. */
const supported: Readonly<Record<string, Requirements>> = {
  InputLayer: { sparse: [false, undefined], ragged: [false, undefined, null] },
  Dense: {},
  Conv2D: convolution,
  DepthwiseConv2D: imageLayer,
  SeparableConv2D: imageLayer,
  Conv2DTranspose: { ...convolution, output_padding: [null, undefined] },
  MaxPooling2D: imageLayer,
  AveragePooling2D: imageLayer,
  GlobalAveragePooling2D: { ...imageLayer, keepdims: [false, undefined] },
  GlobalMaxPooling2D: { ...imageLayer, keepdims: [false, undefined] },
  BatchNormalization: {
    renorm: [false, undefined],
    virtual_batch_size: [null, undefined],
    synchronized: [false, undefined],
  },
  LayerNormalization: { rms_scaling: [false, undefined] },
  Dropout: {},
  SpatialDropout2D: imageLayer,
  AlphaDropout: {},
  GaussianDropout: {},
  GaussianNoise: {},
  Activation: {},
  ReLU: { negative_slope: [0, undefined, null], threshold: [0, undefined, null] },
  LeakyReLU: {},
  PReLU: {},
  ELU: {},
  Softmax: {},
  Add: {},
  Multiply: {},
  Average: {},
  Maximum: {},
  Minimum: {},
  Concatenate: {},
  Flatten: imageLayer,
  Reshape: {},
  Permute: {},
  ZeroPadding2D: imageLayer,
  Cropping2D: imageLayer,
  UpSampling2D: imageLayer,
};

/** Which a layer must do without. */
const refused = /_constraint$|^activity_regularizer$/;

/** By the names of their classes. Those of matrices alone, `Identity` and `Orthogonal`, are not among them. */
const initializers = new Set(
  (
    'Zeros Ones Constant RandomUniform RandomNormal TruncatedNormal VarianceScaling GlorotUniform GlorotNormal ' +
    'HeUniform HeNormal LeCunUniform LeCunNormal'
  ).split(' '),
);

/** Throws InvalidInput, naming the layer, for a layer or an option that the engine does not train. */
export function checkLayer({ class_name: type, config }: LayerConfig): void {
  const layer = typeof config?.name === 'string' ? config.name : '(without a name)';
  const refuse = (message: string, details: object = {}): never => {
    throw new InvalidInput(`layer ${layer}`, message, { layer, type, ...details });
  };
  const bound = supported[type];
  if (!bound) return refuse(`is of type '${type}', which is not supported; use ${Object.keys(supported).join(', ')}`);
  for (const [option, allowed] of Object.entries(bound))
    if (!allowed.includes(config[option]))
      refuse(`has ${option} = ${JSON.stringify(config[option])}; only ${JSON.stringify(allowed[0])} is supported`, {
        option,
      });
  for (const option of Object.keys(config).filter((name) => config[name])) {
    if (refused.test(option)) refuse(`has the option ${option}, which is not supported; leave it out`, { option });
    if (!option.endsWith('_initializer')) continue;
    const { class_name: initializer } = initializerOf(config, option);
    if (!initializers.has(initializer))
      refuse(`has the ${option} ${initializer}; use one of ${[...initializers].join(', ')}`, { option, initializer });
  }
  const { activation } = config;
  if (
    activation !== undefined &&
    activation !== null &&
    !(typeof activation === 'string' && activationNames.has(activation))
  )
    refuse(`has the activation ${JSON.stringify(activation)}; use ${[...activationNames].join(', ')}`, { activation });
  if ([config.dilation_rate ?? 1].flat().some((rate) => rate !== 1))
    refuse(
      `has dilation_rate = ${JSON.stringify(config.dilation_rate)}; tfjs has no gradient for dilated convolutions`,
      {
        option: 'dilation_rate',
      },
    );
  if (
    type === 'Reshape' &&
    !(Array.isArray(config.target_shape) && config.target_shape.every((size) => Number.isInteger(size) && size > 0))
  )
    refuse(`has the target_shape ${JSON.stringify(config.target_shape)}; write every size out`, {
      option: 'target_shape',
    });
  if (config.trainable === false && type !== 'InputLayer')
    refuse('is frozen, but architectures come without weights; leave out trainable = false');
}
