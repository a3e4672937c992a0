import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onnx as proto } from 'onnx-proto';
import { setBackend, softmax, tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { defaultHyperparameters, type NetworkSpec } from '@ratchet/domain';
import { buildNetwork } from '../networks/network.builder';
import { zooEntries } from '../networks/zoo';
import { openServingModel } from '../serving.model';
import { portable } from '../strategies/portable';
import type { Strategy } from '../strategies/strategy';
import { conv, dense, flatten, sequentialJson } from '../testing/keras.networks';
import { syntheticImages } from '../testing/parity';
import { openTraining } from '../training/session';
import { channelStatistics } from '../training/standardization';
import { versions } from '../versions';
import { exportVerified } from './exporter';

/** Seconds on an idle machine; a busy one may take its time. */
jest.setTimeout(180_000);

const shape = { height: 32, width: 32, channels: 3 } as const;
const train = syntheticImages(shape, 4, 32);

async function trained(network: NetworkSpec, provenance: Record<string, string> = {}) {
  const session = await openTraining({
    network,
    input: shape,
    classes: ['a', 'b', 'c', 'd'],
    hyperparameters: { ...defaultHyperparameters, batchSize: 8, epochs: 1 },
    device: 'cpu',
    threads: 1,
    train,
    validation: train,
    provenance,
  });
  while (session.step < session.totalSteps) await session.runChunk();
  const exported = await session.exportModel();
  const predictions = (await session.evaluate('validation')).predictions;
  await session.dispose();
  return { ...exported, predictions };
}

/** Narrow versions of the zoo: the structure is what is tested. */
const small: Record<string, Record<string, number>> = {
  mlp: { units: 16 },
  'small-cnn': { width: 8 },
  resnet: { width: 8 },
  mobile: { width: 8 },
};
const networks: Record<string, NetworkSpec> = Object.fromEntries(
  zooEntries().map(({ name }) => [name, { kind: 'zoo', name, args: small[name] ?? {} }]),
);
networks['a Keras network'] = sequentialJson(
  conv(6, { activation: 'gelu' }),
  ['BatchNormalization', {}],
  ['SpatialDropout2D', { rate: 0.2 }],
  ['DepthwiseConv2D', { kernel_size: [3, 3], depth_multiplier: 2, use_bias: false }],
  ['BatchNormalization', { scale: false }],
  ['LayerNormalization', {}],
  ['AveragePooling2D', { pool_size: [2, 2], padding: 'same' }],
  ['UpSampling2D', { size: [2, 2] }],
  ['Conv2DTranspose', { filters: 4, kernel_size: [3, 3], strides: [2, 2] }],
  ['MaxPooling2D', { pool_size: [4, 4] }],
  flatten,
  dense(12, { activation: 'hard_swish' }),
  ['BatchNormalization', {}],
  dense(4, { activation: 'softmax' }),
);

describe('an exported model', () => {
  test.each(Object.entries(networks))(
    '%s: answers as the trainer does, for any batch, in standard operators alone',
    async (_name, network) => {
      const { onnx, manifest, predictions } = await trained(network);
      expect(manifest.maxAbsDifference).toBeLessThanOrEqual(1e-5);
      expect(manifest).toMatchObject({ bytes: onnx.length, input: shape, classes: ['a', 'b', 'c', 'd'], opset: 17 });
      expect(manifest.parameters).toBeGreaterThan(100);
      expect(manifest.flops).toBeGreaterThan(1000);

      const { graph, opsetImport } = proto.ModelProto.decode(onnx);
      expect(opsetImport.map(({ domain }) => domain)).toEqual(['']);
      expect(graph!.input!.map(({ name }) => name)).toEqual(['images']);
      expect(graph!.output!.map(({ name }) => name)).toEqual(['probabilities']);
      expect(graph!.node!.map(({ opType }) => opType)).not.toContain('Dropout');

      const serving = await openServingModel(onnx, { threads: 1 });
      expect({ input: serving.input, classes: serving.classes }).toEqual({ input: shape, classes: manifest.classes });
      const golden = await serving.run(Buffer.from(manifest.goldens.images, 'base64'), manifest.goldens.count);
      expect(Array.from(golden)).toEqual(manifest.goldens.probabilities.flat());
      for (const count of [1, 5, 32]) {
        const probabilities = await serving.run(train.images.subarray(0, count * 32 * 32 * 3), count);
        for (let at = 0; at < count; at++) {
          const row = probabilities.subarray(at * 4, at * 4 + 4);
          expect(row.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
          expect(row.indexOf(Math.max(...row))).toBe(predictions[at]);
        }
      }
      await serving.dispose();
    },
  );

  test.each(zooEntries().map(({ name }) => [name]))(
    '%s of full size answers as tfjs itself does, for images it tells apart',
    async (name) => {
      const classes = ['a', 'b', 'c', 'd'];
      const model = await buildNetwork({ kind: 'zoo', name, args: {} }, shape, classes.length, 3);
      await setBackend('cpu');
      const images = syntheticImages(shape, classes.length, 4, 5);
      const pixels = tensor(
        Float32Array.from(images.images, (byte) => byte / 255),
        [4, 32, 32, 3],
      );
      // Batch normalization takes the statistics of these images over: otherwise answers fade to the same for all.
      for (const layer of model.layers) if ('momentum' in layer) layer.momentum = 0;
      model.apply(pixels, { training: true });
      const { manifest } = await exportVerified({
        model,
        input: shape,
        classes,
        images,
        strategy: portable,
        threads: 1,
        provenance: {},
      });
      expect(manifest.goldens.count).toBe(4);
      const expected = softmax(model.predict(pixels) as Tensor2D).arraySync() as number[][];
      model.dispose();
      // Answers that depend on the image, and none that is certain: there a difference would show.
      expect(Math.abs(expected[0][0] - expected[1][0])).toBeGreaterThan(1e-2);
      expect(Math.max(...expected.flat())).toBeLessThan(0.99);
      manifest.goldens.probabilities.forEach((row, image) =>
        row.forEach((value, at) => expect(Math.abs(value - expected[image][at])).toBeLessThanOrEqual(1e-5)),
      );
    },
  );

  test('has batch normalization folded into its convolutions', async () => {
    const { onnx } = await trained(networks['resnet']);
    const operators = new Set(proto.ModelProto.decode(onnx).graph!.node!.map(({ opType }) => opType));
    for (const left of ['Mul', 'Sub', 'Sqrt', 'Reciprocal', 'BatchNormalization'])
      expect(operators).not.toContain(left);
  });

  test('standardises pixels inside the file, as the training did', async () => {
    const images = train.images.map((byte) => 120 + (byte >> 4));
    const faint = { ...train, images };
    const session = await openTraining({
      network: { kind: 'zoo', name: 'mlp', args: { units: 16 } },
      input: shape,
      classes: ['a', 'b', 'c', 'd'],
      hyperparameters: { ...defaultHyperparameters, batchSize: 8, epochs: 12, standardize: true },
      device: 'cpu',
      threads: 1,
      train: faint,
      validation: faint,
    });
    while (session.step < session.totalSteps) await session.runChunk();
    expect((await session.evaluate('validation')).accuracy).toBeGreaterThan(0.9);
    const { onnx, manifest } = await session.exportModel();
    await session.dispose();
    expect(manifest.maxAbsDifference).toBeLessThanOrEqual(1e-5);
    const { metadataProps } = proto.ModelProto.decode(onnx);
    const recorded = JSON.parse(metadataProps.find(({ key }) => key === 'standardization')!.value!) as unknown;
    expect(recorded).toEqual(channelStatistics(faint));
  });

  test('says which data, code and versions it came from', async () => {
    const { onnx } = await trained(networks['mlp'], { dataset: 'd'.repeat(64), trial: '17' });
    const entries = proto.ModelProto.decode(onnx).metadataProps.map(({ key, value }) => [key, value]);
    expect(Object.fromEntries(entries)).toMatchObject({
      dataset: 'd'.repeat(64),
      trial: '17',
      code: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      ...versions,
    });
  });

  test('is not handed out where it differs from what the trainer computes', async () => {
    const model = await buildNetwork(sequentialJson(conv(4, { activation: 'tanh' }), flatten, dense(4)), shape, 4, 3);
    const { Sigmoid } = portable.kernels;
    const request = { model, input: shape, classes: ['a', 'b', 'c', 'd'], images: train, threads: 1, provenance: {} };
    const exported = (strategy: Strategy) => exportVerified({ ...request, strategy });
    await expect(exported({ ...portable, kernels: { ...portable.kernels, Tanh: Sigmoid } })).rejects.toMatchObject({
      code: 'export_differs',
    });
    await expect(exported(portable)).resolves.toBeDefined();
    model.dispose();
  });

  test('is read from a file, and refused when it is something else', async () => {
    const { onnx, manifest } = await trained(networks['mlp']);
    const folder = mkdtempSync(path.join(tmpdir(), 'export-'));
    const file = path.join(folder, 'model.onnx');
    writeFileSync(file, onnx);
    const serving = await openServingModel(file, { threads: 1 });
    expect(await serving.run(train.images.subarray(0, 3072), 1)).toHaveLength(manifest.classes.length);
    await expect(serving.run(train.images.subarray(0, 3000), 1)).rejects.toThrow(
      /3000 bytes are not 1 images of 32×32×3/,
    );
    await serving.dispose();
    rmSync(folder, { recursive: true });

    await expect(openServingModel(Buffer.from('not a model'), { threads: 1 })).rejects.toMatchObject({
      code: 'unusable_model',
    });
    const model = proto.ModelProto.decode(onnx);
    model.graph!.initializer![0].dataLocation = proto.TensorProto.DataLocation.EXTERNAL;
    await expect(openServingModel(proto.ModelProto.encode(model).finish(), { threads: 1 })).rejects.toThrow(
      /lie in other files/,
    );
  });
});
