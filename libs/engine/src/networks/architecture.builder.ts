import type { ImageShape } from '@ratchet/domain';
import type { Architecture, LayerConfig } from './architecture';

/** Writes a functional architecture layer by layer. Layers are named by class and place: conv2d_1, conv2d_2, … */
export class ArchitectureBuilder {
  /** Name of the input. */
  readonly images = 'images';
  private readonly layers: LayerConfig[];
  private readonly counts = new Map<string, number>();

  constructor({ height, width, channels }: ImageShape) {
    const config = { name: this.images, batch_input_shape: [null, height, width, channels] };
    this.layers = [{ class_name: 'InputLayer', name: this.images, config, inbound_nodes: [] }];
  }

  /** Adds a layer applied to the outputs of the layers named `from`, and gives its name. */
  layer(type: string, config: Readonly<Record<string, unknown>>, ...from: readonly string[]): string {
    const count = (this.counts.get(type) ?? 0) + 1;
    this.counts.set(type, count);
    const name = `${type.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()}_${count}`;
    const inbound = from.map((source) => [source, 0, 0, {}]);
    this.layers.push({ class_name: type, name, config: { name, ...config }, inbound_nodes: [inbound] });
    return name;
  }

  /** The architecture whose output is that of the layer called `output`. */
  ending(output: string): Architecture {
    return {
      class_name: 'Functional',
      config: {
        name: 'zoo',
        layers: this.layers,
        input_layers: [[this.images, 0, 0]],
        output_layers: [[output, 0, 0]],
      },
    };
  }
}
