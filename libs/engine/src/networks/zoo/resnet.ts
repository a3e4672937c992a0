import { ArchitectureBuilder } from '../architecture.builder';
import { head, normalised, rectified } from './zoo.blocks';
import { width, type ZooEntry } from './zoo.entry';

export const resnet: ZooEntry = {
  name: 'resnet',
  title: 'Residual network',
  description: 'He et al. 2016 in its small-image form: three stages of residual blocks. For 32 to 128 pixels.',
  args: [width, { name: 'blocks', default: 2, min: 1, max: 9, description: 'Residual blocks per stage.' }],
  build: (input, classes, args) => {
    const net = new ArchitectureBuilder(input);
    let x = normalised(net, net.images, args.width, 3, 1);
    for (const multiple of [1, 2, 4])
      for (let block = 0; block < args.blocks; block++) {
        const stride = multiple > 1 && block === 0 ? 2 : 1;
        const filters = args.width * multiple;
        const inner = normalised(net, normalised(net, x, filters, 3, stride), filters, 3, 1, false);
        const shortcut = stride === 1 ? x : normalised(net, x, filters, 1, stride, false);
        x = rectified(net, net.layer('Add', {}, inner, shortcut));
      }
    return net.ending(head(net, x, classes));
  },
};
