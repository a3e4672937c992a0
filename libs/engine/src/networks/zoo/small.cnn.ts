import { ArchitectureBuilder } from '../architecture.builder';
import { head, normalised } from './zoo.blocks';
import { dropout, width, type ZooEntry } from './zoo.entry';

export const smallCnn: ZooEntry = {
  name: 'small-cnn',
  title: 'Small CNN',
  description:
    'Three blocks of two convolutions with batch normalization, pooling and dropout. A good first choice up to 64 pixels.',
  args: [width, dropout],
  build: (input, classes, args) => {
    const net = new ArchitectureBuilder(input);
    let x = net.images;
    for (const multiple of [1, 2, 4]) {
      for (const _convolution of [1, 2]) x = normalised(net, x, args.width * multiple, 3, 1);
      x = net.layer('MaxPooling2D', { pool_size: [2, 2] }, x);
      if (args.dropout > 0) x = net.layer('Dropout', { rate: args.dropout }, x);
    }
    return net.ending(head(net, x, classes));
  },
};
