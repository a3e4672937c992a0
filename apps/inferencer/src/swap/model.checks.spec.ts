import { onnx } from 'onnx-proto';
import { classNames, constantModel } from '@ratchet/testing';
import { checkModel } from './model.checks';

const model = constantModel({ input: { height: 2, width: 2, channels: 1 }, classes: classNames(2), answer: 0 });
type Proto = onnx.IModelProto & { graph: onnx.IGraphProto };

const bent = (bend: (proto: Proto) => void): Buffer => {
  const proto = onnx.ModelProto.toObject(onnx.ModelProto.decode(model.onnx)) as Proto;
  bend(proto);
  return Buffer.from(onnx.ModelProto.encode(onnx.ModelProto.fromObject(proto)).finish());
};

describe('checkModel', () => {
  it('passes an ordinary classifier', () => {
    expect(() => checkModel(Buffer.from(model.onnx))).not.toThrow();
  });

  it.each<[string, Buffer, RegExp]>([
    ['no model at all', Buffer.from('hello, I am no model'), /no ONNX model/],
    ['an empty file', Buffer.alloc(0), /no graph/],
    [
      'weights in another file',
      bent((m) => (m.graph.initializer![0].externalData = [{ key: 'location', value: '../../etc/passwd' }])),
      /keeps its data in another file/,
    ],
    [
      'the mark of such weights alone',
      bent((m) => (m.graph.initializer![0].dataLocation = 1)),
      /keeps its data in another file/,
    ],
    ['sparse weights', bent((m) => (m.graph.sparseInitializer = [{ dims: [1] }])), /sparse initializers/],
    ['an operator off the list', bent((m) => (m.graph.node![0].opType = 'Loop')), /operator Loop/],
    [
      'an operator of a stranger',
      bent((m) => m.opsetImport!.push({ domain: 'com.example', version: 1 })),
      /'com.example'/,
    ],
    ['a node of a stranger', bent((m) => (m.graph.node![0].domain = 'com.example')), /com\.example\.Cast/],
    ['an opset of the future', bent((m) => (m.opsetImport![0].version = 99)), /opset is 99/],
    ['functions', bent((m) => (m.functions = [{ name: 'f' }])), /functions of its own/],
    ['training graphs', bent((m) => (m.trainingInfo = [{}])), /training graphs/],
    [
      'a graph inside a node',
      bent((m) => m.graph.node![0].attribute!.push({ name: 'body', type: 5, g: { name: 'g' } })),
      /graph of its own/,
    ],
    [
      'a constant in another file',
      bent((m) => m.graph.node![0].attribute!.push({ name: 'value', type: 4, t: { dataLocation: 1 } })),
      /keeps its data in another file/,
    ],
  ])('refuses %s', (_, file, cause) => {
    expect(() => checkModel(file)).toThrow(cause);
  });
});
