import { ArchitectureBuilder } from '../architecture.builder';
import type { ZooEntry } from './zoo.entry';

export const lenet5: ZooEntry = {
  name: 'lenet5',
  title: 'LeNet-5',
  description: 'LeCun et al. 1998 with rectifiers and max pooling. Small and quick, for small grey images.',
  args: [],
  build: (input, classes) => {
    const net = new ArchitectureBuilder(input);
    const convolved = (filters: number, padding: string, from: string) =>
      net.layer('Conv2D', { filters, kernel_size: [5, 5], padding, activation: 'relu' }, from);
    const pooled = (from: string) => net.layer('MaxPooling2D', { pool_size: [2, 2] }, from);
    let x = pooled(convolved(16, 'valid', pooled(convolved(6, 'same', net.images))));
    x = net.layer('Flatten', {}, x);
    for (const units of [120, 84]) x = net.layer('Dense', { units, activation: 'relu' }, x);
    return net.ending(net.layer('Dense', { units: classes }, x));
  },
};
