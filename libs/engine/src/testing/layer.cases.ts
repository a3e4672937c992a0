import type { NetworkSpec } from '@ratchet/domain';
import { activationNames } from '../networks/activation.functions';
import { conv, dense, flatten, functionalJson, type LayerJson, sequentialJson } from './keras.networks';

/**
 * Every layer and option an image classifier is made of, between a convolution of `width` channels and a classifier's
 * end, for images of `side` pixels. `other` and `odd` are the channels of further convolutions.
 */
export function layerCases(side: number, width: number, other: number, odd: number): Record<string, NetworkSpec> {
  const around = (...layers: readonly LayerJson[]) => sequentialJson(conv(width), ...layers, flatten, dense(3));
  const cases: Record<string, NetworkSpec> = {
    dense: sequentialJson(flatten, dense(5, { activation: 'relu' }), dense(3)),
    'dense without bias': sequentialJson(flatten, dense(5, { use_bias: false }), dense(3)),
    'dense with L2 and L1': sequentialJson(
      flatten,
      dense(5, { kernel_regularizer: { class_name: 'L1L2', config: { l1: 0.01, l2: 0.02 } } }),
      dense(3),
    ),
    'dense on images': around(dense(5, { activation: 'tanh' })),
    'conv2d valid': around(conv(other, { padding: 'valid', activation: 'relu' })),
    'conv2d same': around(conv(other, { activation: 'relu' })),
    'conv2d stride 2 same': around(conv(other, { strides: [2, 2] })),
    'conv2d stride 2 valid': around(conv(other, { strides: [2, 2], padding: 'valid' })),
    'conv2d stride 3, kernel 5x4': around(conv(other, { strides: [3, 3], kernel_size: [5, 4] })),
    'conv2d 1x1 stride 2': around(conv(other, { kernel_size: [1, 1], strides: [2, 2] })),
    'conv2d even kernel': around(conv(other, { kernel_size: [2, 2] })),
    'conv2d, kernel as large as the image': around(
      ['MaxPooling2D', { pool_size: [side / 2, side / 2] }],
      conv(other, { kernel_size: [2, 2] }),
    ),
    'conv2d of six channels': around(conv(6), conv(other)),
    'conv2d without bias': around(conv(other, { use_bias: false })),
    'depthwise conv2d': around(['DepthwiseConv2D', { kernel_size: [3, 3], padding: 'same' }]),
    'depthwise conv2d, multiplier 2': around(['DepthwiseConv2D', { kernel_size: [3, 3], depth_multiplier: 2 }]),
    'depthwise conv2d stride 2': around([
      'DepthwiseConv2D',
      { kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu' },
    ]),
    'separable conv2d': around([
      'SeparableConv2D',
      { filters: other, kernel_size: [3, 3], padding: 'same', activation: 'relu' },
    ]),
    'separable conv2d stride 2, multiplier 2': around([
      'SeparableConv2D',
      { filters: other, kernel_size: [3, 3], strides: [2, 2], depth_multiplier: 2 },
    ]),
    'transposed conv2d': around([
      'Conv2DTranspose',
      { filters: other, kernel_size: [3, 3], strides: [1, 1], padding: 'same' },
    ]),
    'transposed conv2d stride 2': around([
      'Conv2DTranspose',
      { filters: other, kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu' },
    ]),
    'transposed conv2d stride 2 valid': around([
      'Conv2DTranspose',
      { filters: other, kernel_size: [4, 4], strides: [2, 2], padding: 'valid' },
    ]),
    'max pooling': around(['MaxPooling2D', { pool_size: [2, 2] }]),
    'max pooling same': around(['MaxPooling2D', { pool_size: [4, 4], padding: 'same' }]),
    'max pooling overlapping': around(['MaxPooling2D', { pool_size: [3, 3], strides: [2, 2] }]),
    'max pooling overlapping same': around(['MaxPooling2D', { pool_size: [3, 3], strides: [2, 2], padding: 'same' }]),
    'max pooling 3x2 stride 1': around(['MaxPooling2D', { pool_size: [3, 2], strides: [1, 1] }]),
    'average pooling': around(['AveragePooling2D', { pool_size: [2, 2] }]),
    'global average pooling': sequentialJson(conv(width), ['GlobalAveragePooling2D', {}], dense(3)),
    'global max pooling': sequentialJson(conv(width), ['GlobalMaxPooling2D', {}], dense(3)),
    'batch normalization': around(['BatchNormalization', { momentum: 0.9 }]),
    'batch normalization after dense': sequentialJson(
      flatten,
      dense(5),
      ['BatchNormalization', { epsilon: 0.01 }],
      dense(3),
    ),
    'batch normalization without scale and centre': around(['BatchNormalization', { scale: false, center: false }]),
    'batch normalization over another axis': around(['BatchNormalization', { axis: 1 }]),
    'layer normalization': around(['LayerNormalization', {}]),
    'layer normalization over images': around(['LayerNormalization', { axis: [1, 2, 3] }]),
    dropout: around(['Dropout', { rate: 0.4 }]),
    'dropout by channel': around(['Dropout', { rate: 0.4, noise_shape: [null, 1, 1, width] }]),
    'spatial dropout': around(['SpatialDropout2D', { rate: 0.4 }]),
    'alpha dropout': around(['AlphaDropout', { rate: 0.2 }]),
    'gaussian dropout': around(['GaussianDropout', { rate: 0.2 }]),
    'gaussian noise': around(['GaussianNoise', { stddev: 0.2 }]),
    'relu layer': around(['ReLU', {}]),
    'relu with a maximum': around(['ReLU', { max_value: 1 }]),
    'leaky relu layer': around(['LeakyReLU', { alpha: 0.1 }]),
    'prelu layer': around(['PReLU', {}]),
    'prelu shared': around(['PReLU', { shared_axes: [1, 2] }]),
    'elu layer': around(['ELU', {}]),
    'softmax layer': around(['Softmax', {}]),
    flatten: sequentialJson(flatten, dense(3)),
    reshape: around(['Reshape', { target_shape: [2 * side, 2 * side, width / 4] }], conv(odd)),
    permute: around(['Permute', { dims: [3, 1, 2] }], conv(odd)),
    'zero padding': around(
      [
        'ZeroPadding2D',
        {
          padding: [
            [1, 2],
            [0, 3],
          ],
        },
      ],
      conv(odd, { padding: 'valid' }),
    ),
    cropping: around(
      [
        'Cropping2D',
        {
          cropping: [
            [1, 2],
            [0, 1],
          ],
        },
      ],
      conv(odd),
    ),
    'up-sampling bilinear': around(['UpSampling2D', { size: [2, 2], interpolation: 'bilinear' }], conv(odd)),
  };

  for (const activation of activationNames) cases[`activation ${activation}`] = around(['Activation', { activation }]);

  const image = { type: 'InputLayer', name: 'in', config: { batch_input_shape: [null, side, side, 1] } };
  const branch = (name: string) => ({
    type: 'Conv2D',
    name,
    config: { filters: width, kernel_size: [3, 3], padding: 'same' },
    from: ['in'],
  });
  for (const merge of ['Add', 'Multiply', 'Average', 'Maximum', 'Minimum', 'Concatenate'])
    cases[`merge by ${merge}`] = functionalJson(
      image,
      branch('left'),
      branch('right'),
      { type: merge, name: 'merged', from: ['left', 'right'] },
      { type: 'Flatten', name: 'flat', from: ['merged'] },
      { type: 'Dense', name: 'out', config: { units: 3 }, from: ['flat'] },
    );
  return cases;
}
