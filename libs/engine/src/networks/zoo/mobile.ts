import { ArchitectureBuilder } from '../architecture.builder';
import { head, normalised, rectified } from './zoo.blocks';
import { width, type ZooEntry } from './zoo.entry';

export const mobile: ZooEntry = {
  name: 'mobile',
  title: 'Mobile network',
  description:
    'Depthwise-separable convolutions after Howard et al. 2017: few operations per image, for tight latency budgets.',
  args: [
    width,
    { name: 'blocks', default: 4, min: 2, max: 8, description: 'Separable blocks; every second one halves the image.' },
  ],
  build: (input, classes, args) => {
    const net = new ArchitectureBuilder(input);
    let x = normalised(net, net.images, args.width, 3, 2);
    for (let block = 0; block < args.blocks; block++) {
      const stride = block % 2 === 1 ? 2 : 1;
      const kernel = { kernel_size: [3, 3], strides: [stride, stride], padding: 'same', use_bias: false };
      const spatial = net.layer('DepthwiseConv2D', { ...kernel, depthwise_initializer: 'he_uniform' }, x);
      const normal = rectified(net, net.layer('BatchNormalization', { momentum: 0.9 }, spatial));
      x = normalised(net, normal, args.width * 2 ** Math.min(4, Math.floor(block / 2) + 1), 1, 1);
    }
    return net.ending(head(net, x, classes));
  },
};
