import { onnx } from 'onnx-proto';
import type { ImageShape } from '@ratchet/domain';

const UINT8 = 2;
const FLOAT = 1;
const INT64 = 7;

type Attribute = number | readonly number[];

/** Writes one classifier graph: `images` uint8 `[N, height, width, channels]` → `probabilities` float32 `[N, classes]`. */
export class OnnxGraph {
  private readonly nodes: onnx.INodeProto[] = [];
  private readonly weights: onnx.ITensorProto[] = [];

  floats(name: string, dims: readonly number[], values: Float32Array): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.weights.push({ name, dims: [...dims], dataType: FLOAT, rawData });
    return name;
  }

  integers(name: string, values: readonly number[]): string {
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.weights.push({ name, dims: [values.length], dataType: INT64, rawData });
    return name;
  }

  /** Adds a node whose one output carries `name`, and returns that name. Whole-number attributes only. */
  node(opType: string, input: readonly string[], name: string, attributes: Record<string, Attribute> = {}): string {
    const attribute = Object.entries(attributes).map(([key, value]) =>
      typeof value === 'number' ? { name: key, type: 2, i: value } : { name: key, type: 7, ints: [...value] },
    );
    this.nodes.push({ opType, name, input: [...input], output: [name], attribute });
    return name;
  }

  /** The finished file. The graph must hold nodes from `images` to `probabilities`. */
  encode(input: ImageShape, classes: readonly string[]): Uint8Array {
    const images = [
      { dimParam: 'N' },
      ...[input.height, input.width, input.channels].map((dimValue) => ({ dimValue })),
    ];
    const probabilities = [{ dimParam: 'N' }, { dimValue: classes.length }];
    return onnx.ModelProto.encode({
      irVersion: 8,
      producerName: 'ratchet-testing',
      opsetImport: [{ domain: '', version: 17 }],
      metadataProps: [
        { key: 'input', value: JSON.stringify(input) },
        { key: 'classes', value: JSON.stringify(classes) },
      ],
      graph: {
        name: 'classifier',
        node: this.nodes,
        initializer: this.weights,
        input: [{ name: 'images', type: { tensorType: { elemType: UINT8, shape: { dim: images } } } }],
        output: [{ name: 'probabilities', type: { tensorType: { elemType: FLOAT, shape: { dim: probabilities } } } }],
      },
    }).finish();
  }
}
