import { ArchitectureBuilder } from '../architecture.builder';
import { dropout, type ZooEntry } from './zoo.entry';

export const mlp: ZooEntry = {
  name: 'mlp',
  title: 'Multilayer perceptron',
  description: 'Two hidden dense layers over the raw pixels. The baseline every other network should beat.',
  args: [
    { name: 'units', default: 512, min: 8, max: 4096, description: 'Units of each hidden layer.' },
    { ...dropout, default: 0 },
  ],
  build: (input, classes, args) => {
    const net = new ArchitectureBuilder(input);
    let x = net.layer('Flatten', {}, net.images);
    for (const _hidden of [1, 2]) {
      x = net.layer('Dense', { units: args.units, activation: 'relu', kernel_initializer: 'he_uniform' }, x);
      if (args.dropout > 0) x = net.layer('Dropout', { rate: args.dropout }, x);
    }
    return net.ending(net.layer('Dense', { units: classes }, x));
  },
};
