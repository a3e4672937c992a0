import { ModelVersion } from '../serving/model.version';
import { encodeInferAnswer } from './infer.answer';
import { parseJson, readInferRequest } from './infer.request';

const shape = { height: 2, width: 2, channels: 1 } as const;
const tensor = { name: 'images', datatype: 'UINT8', shape: [1, 2, 2, 1] };
const read = (json: unknown, tail: Uint8Array | null = null) => readInferRequest(json, tail, shape, 4);

describe('an inference request', () => {
  it('takes flat and nested numbers alike', () => {
    const flat = read({ inputs: [{ ...tensor, data: [0, 1, 254, 255] }] });
    const nested = read({
      inputs: [
        {
          ...tensor,
          data: [
            [
              [[0], [1]],
              [[254], [255]],
            ],
          ],
        },
      ],
    });
    expect(flat).toEqual({ id: undefined, count: 1, images: Uint8Array.of(0, 1, 254, 255), binaryOutput: false });
    expect(nested.images).toEqual(flat.images);
  });

  it('takes the bytes after the JSON as they are, without copying them', () => {
    const tail = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const request = read(
      {
        id: 'x',
        inputs: [{ ...tensor, shape: [2, 2, 2, 1], parameters: { binary_data_size: 8 } }],
        outputs: [{ name: 'probabilities', parameters: { binary_data: true } }],
      },
      tail,
    );
    expect(request).toMatchObject({ id: 'x', count: 2, binaryOutput: true });
    expect(request.images).toBe(tail);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', [], /body: must be a JSON object/],
    ['no inputs', {}, /inputs: must hold exactly one/],
    ['two inputs', { inputs: [tensor, tensor] }, /inputs: must hold exactly one/],
    ['another name', { inputs: [{ ...tensor, name: 'x' }] }, /inputs\[0\]\.name: is "x"/],
    ['floats', { inputs: [{ ...tensor, datatype: 'FP32' }] }, /datatype: is "FP32"; send UINT8/],
    ['another shape', { inputs: [{ ...tensor, shape: [1, 28, 28, 1] }] }, /shape: is \[1,28,28,1\]; \[N,2,2,1\]/],
    ['a missing axis', { inputs: [{ ...tensor, shape: [2, 2, 1] }] }, /\[N,2,2,1\] is expected/],
    ['no images', { inputs: [{ ...tensor, shape: [0, 2, 2, 1] }] }, /holds 0 images; send 1 to 4/],
    ['too many', { inputs: [{ ...tensor, shape: [5, 2, 2, 1] }] }, /holds 5 images; send 1 to 4/],
    ['a huge count', { inputs: [{ ...tensor, shape: [1e15, 2, 2, 1] }] }, /send 1 to 4/],
    ['no data', { inputs: [tensor] }, /data: must be a list/],
    ['too few numbers', { inputs: [{ ...tensor, data: [1, 2, 3] }] }, /holds 3 numbers; its shape makes 4/],
    ['too many numbers', { inputs: [{ ...tensor, data: [1, 2, 3, 4, 5] }] }, /more than the 4 numbers/],
    ['a negative', { inputs: [{ ...tensor, data: [1, -2, 3, 4] }] }, /data\[1\]: is -2; a whole number from 0 to 255/],
    ['a fraction', { inputs: [{ ...tensor, data: [1, 2, 3.5, 4] }] }, /data\[2\]: is 3.5/],
    ['a text', { inputs: [{ ...tensor, data: ['1', 2, 3, 4] }] }, /data\[0\]: is "1"/],
    ['a long id', { id: 'x'.repeat(300), inputs: [{ ...tensor, data: [1, 2, 3, 4] }] }, /id: must be text/],
    ['another output', { inputs: [{ ...tensor, data: [1, 2, 3, 4] }], outputs: [{ name: 'y' }] }, /outputs\[0\]\.name/],
    [
      'bytes announced, none sent',
      { inputs: [{ ...tensor, parameters: { binary_data_size: 4 } }] },
      /Content-Length: is missing/,
    ],
    [
      'another size announced',
      { inputs: [{ ...tensor, parameters: { binary_data_size: 5 } }] },
      /is 5; the shape makes 4 bytes/,
    ],
  ])('refuses %s', (_, json, message) => {
    expect(() => read(json)).toThrow(message);
  });

  it('survives what JSON can nest', () => {
    const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000));
    expect(() => read({ inputs: [{ ...tensor, name: deep }] })).toThrow(/name: is a list/);
    expect(() => read({ inputs: [{ ...tensor, data: deep }] })).toThrow(/data\[0\]: is a list/);
    expect(() => parseJson(Buffer.from('{"a":'))).toThrow(/is not valid JSON/);
  });
});

describe('an inference answer', () => {
  const version = new ModelVersion(
    1,
    { taskId: 'id', task: 'digits', generation: 3, digest: 'd', bytes: 1, classes: ['a', 'b'], input: shape },
    0,
  );
  const probabilities = Float32Array.of(0.25, 0.75);

  it('carries numbers in JSON', () => {
    const { body, jsonLength } = encodeInferAnswer(version, { id: 'x', count: 1, probabilities, binary: false });
    expect(jsonLength).toBeNull();
    expect(JSON.parse(body.toString())).toEqual({
      model_name: 'digits',
      model_version: '3',
      id: 'x',
      parameters: { digest: 'd' },
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [1, 2], data: [0.25, 0.75] }],
    });
  });

  it('carries bytes after the JSON', () => {
    const { body, jsonLength } = encodeInferAnswer(version, { id: undefined, count: 1, probabilities, binary: true });
    const bytes = Buffer.from(body as Buffer);
    expect(JSON.parse(bytes.subarray(0, jsonLength!).toString()).outputs[0].parameters).toEqual({
      binary_data_size: 8,
    });
    expect([bytes.readFloatLE(jsonLength!), bytes.readFloatLE(jsonLength! + 4)]).toEqual([0.25, 0.75]);
  });
});
