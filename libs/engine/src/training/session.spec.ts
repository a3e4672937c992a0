import { softmax, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { defaultHyperparameters, type Hyperparameters, type RatchetError } from '@ratchet/domain';
import { buildNetwork } from '../networks/network.builder';
import { relativeDifference, syntheticImages } from '../testing/parity';
import { readCheckpoint } from './checkpoint';
import { openTraining, type TrainingOptions } from './session';

/** Seconds on an idle machine; a busy one may take its time. */
jest.setTimeout(180_000);

const shape = { height: 12, width: 12, channels: 1 } as const;
const train = syntheticImages(shape, 3, 50);
const validation = syntheticImages(shape, 3, 21, 2);

const options = (h: Partial<Hyperparameters> = {}, more: Partial<TrainingOptions> = {}): TrainingOptions => ({
  network: { kind: 'zoo', name: 'small-cnn', args: { width: 4, dropout: 0.2 } },
  input: shape,
  classes: ['good', 'scratch', 'crack'],
  hyperparameters: { ...defaultHyperparameters, batchSize: 8, epochs: 2, ...h },
  device: 'cpu',
  threads: 1,
  train,
  validation,
  ...more,
});

/** Everything that is random or carried from step to step. */
const busy: Partial<Hyperparameters> = {
  emaDecay: 0.9,
  mixup: 0.2,
  cutmix: 0.5,
  standardize: true,
  shift: 0.1,
  noise: 0.05,
  flipHorizontal: true,
  schedule: 'cosine',
  warmupEpochs: 0.5,
};

async function trainFully(given: TrainingOptions, chunk: number) {
  const session = await openTraining(given);
  const losses: number[] = [];
  while (session.step < session.totalSteps) losses.push(...(await session.runChunk({ maxSteps: chunk })).losses);
  const result = { losses, digest: session.weightsDigest() };
  await session.dispose();
  return result;
}

describe('a training session', () => {
  test('gives the same weights however it is cut into chunks, and other weights for another seed', async () => {
    const whole = await trainFully(options(busy), 100);
    expect(whole.losses).toHaveLength(14);
    expect(await trainFully(options(busy), 3)).toEqual(whole);
    expect((await trainFully(options({ ...busy, seed: 2 }), 3)).digest).not.toBe(whole.digest);
  });

  test.each([['adam'], ['sgd'], ['rmsprop'], ['adamw']] as const)(
    'resumes %s bit for bit at any step',
    async (optimizer) => {
      const given = options({ ...busy, optimizer, learningRate: 0.003 });
      const whole = await trainFully(given, 100);
      for (const stop of optimizer === 'adam' ? [1, 6, 7, 11] : [5]) {
        const first = await openTraining(given);
        while (first.step < stop) await first.runChunk({ maxSteps: stop - first.step });
        const checkpoint = first.checkpoint();
        await first.dispose();
        const resumed = await trainFully({ ...given, checkpoint }, 4);
        expect(resumed.digest).toBe(whole.digest);
        expect(resumed.losses).toEqual(whole.losses.slice(stop));
      }
    },
  );

  test('resumes bit for bit in blocks of channels and on two threads', async () => {
    const network = { kind: 'zoo', name: 'resnet', args: { width: 16 } } as const;
    const given = options({ ...busy, learningRate: 0.003 }, { network, threads: 2 });
    const whole = await trainFully(given, 100);
    const first = await openTraining(given);
    await first.runChunk({ maxSteps: 2 });
    const before = first.weightsDigest();
    const checkpoint = first.checkpoint();
    await first.dispose();
    expect(before).not.toBe(whole.digest);
    const resumed = await trainFully({ ...given, checkpoint }, 4);
    expect(resumed).toEqual({ digest: whole.digest, losses: whole.losses.slice(2) });
  });

  test('never crosses the end of an epoch in one chunk, and fills the last batch up', async () => {
    const session = await openTraining(options());
    expect([session.stepsPerEpoch, session.totalSteps]).toEqual([7, 14]);
    const chunk = await session.runChunk({ maxSteps: 100, targetMs: 60_000 });
    const rest = await session.runChunk({ maxSteps: 100, targetMs: 60_000 });
    expect(chunk.losses.length + rest.losses.length).toBe(7);
    expect(session.step).toBe(7);
    await session.dispose();
  });

  test('keeps chunks near the wanted duration', async () => {
    const session = await openTraining(options({ epochs: 1, batchSize: 1 }));
    await session.runChunk();
    const { losses } = await session.runChunk({ targetMs: 1 });
    expect(losses.length).toBeLessThan(48);
    await session.dispose();
  });

  test('measures what it would serve', async () => {
    const session = await openTraining(options({ learningRate: 0.01, epochs: 12 }));
    while (session.step < session.totalSteps) await session.runChunk();
    const result = await session.evaluate('validation');
    const correct = [...result.predictions].filter((predicted, at) => predicted === validation.labels[at]).length;
    expect(result.accuracy).toBeCloseTo(correct / 21, 10);
    expect(result.accuracy).toBeGreaterThan(0.8);
    expect(result.confusion.map((row) => row.reduce((sum, count) => sum + count))).toEqual([7, 7, 7]);
    expect(result.confusion.reduce((sum, row, at) => sum + row[at], 0)).toBe(correct);
    expect(result.loss).toBeGreaterThan(0);
    const before = session.weightsDigest();
    await session.evaluate('train');
    expect(session.weightsDigest()).toBe(before);
    await session.dispose();
  });

  test('stops a training whose loss is no number, saying where and what to change, with a good checkpoint left', async () => {
    const session = await openTraining(
      options({ optimizer: 'sgd', momentum: 0.99, weightDecay: 1, learningRate: 10, epochs: 300 }),
    );
    let good = session.checkpoint();
    const run = async () => {
      while (session.step < session.totalSteps) {
        await session.runChunk({ maxSteps: 1 });
        good = session.checkpoint();
      }
    };
    await expect(run()).rejects.toMatchObject({
      code: 'diverged',
      details: {
        step: expect.any(Number) as number,
        learningRate: 10,
        hint: expect.stringContaining('learning rate') as string,
      },
    });
    await session.dispose();
    const { header, values } = readCheckpoint(good);
    expect(header.step).toBeGreaterThan(0);
    for (const value of values.values()) expect(value.every(Number.isFinite)).toBe(true);
  });

  test('stops at the very step whose loss is no number, also in the middle of many, and can be saved no more', async () => {
    const wild = options({ optimizer: 'sgd', momentum: 0.99, weightDecay: 1, learningRate: 10, epochs: 300 });
    const stepOf = async (maxSteps: number) => {
      const session = await openTraining(wild);
      const run = async () => {
        for (;;) await session.runChunk({ maxSteps, targetMs: 60_000 });
      };
      const error: unknown = await run().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'diverged',
        message: expect.stringMatching(/^The loss became .* at step/) as string,
      });
      expect(() => session.checkpoint()).toThrow(/left the finite numbers/);
      await session.dispose();
      return (error as RatchetError).details.step as number;
    };
    const step = await stepOf(1);
    expect((step + 1) % 7).not.toBe(0);
    expect(await stepOf(100)).toBe(step);
  });

  test('averages all weights and statistics, and measures and exports the averages', async () => {
    const decay = 0.3;
    const session = await openTraining(options({ emaDecay: decay, learningRate: 0.05 }));
    const now = () => readCheckpoint(session.checkpoint()).values;
    let expected = new Map([...now()].filter(([name]) => name.startsWith('weight/')));
    for (let step = 0; step < 7; step++) {
      await session.runChunk({ maxSteps: 1 });
      const weights = now();
      const kept = Math.min(decay, (1 + step) / (10 + step));
      expected = new Map(
        [...expected].map(([name, average]) => [
          name,
          average.map((value, at) => value * kept + weights.get(name)![at] * (1 - kept)),
        ]),
      );
    }
    const values = now();
    const all = (kind: string) => Array.from({ length: expected.size }, (_, at) => values.get(`${kind}/${at}`)!);
    const averages = all('average');
    averages.forEach((average, at) =>
      expect(relativeDifference(average, expected.get(`weight/${at}`)!)).toBeLessThan(1e-5),
    );

    const { manifest } = await session.exportModel();
    const { loss } = await session.evaluate('validation');
    await session.dispose();
    const probabilitiesBy = async (weights: readonly Float32Array[]) => {
      const { network, input, classes } = options();
      const model = await buildNetwork(network, input, classes.length);
      model.weights.forEach((weight, at) => weight.write(tensor(weights[at], weight.shape as number[])));
      const pixels = Float32Array.from(validation.images, (byte) => byte / 255);
      const rows = softmax(model.predict(tensor(pixels, [21, 12, 12, 1])) as Tensor).arraySync() as number[][];
      model.dispose();
      return rows;
    };
    const served = await probabilitiesBy(averages);
    const goldens = Array.from({ length: manifest.goldens.count }, (_, at) =>
      Math.floor((at * 21) / manifest.goldens.count),
    ).flatMap((image) => served[image]);
    expect(relativeDifference(manifest.goldens.probabilities.flat(), goldens)).toBeLessThan(1e-4);
    const crossEntropy = (rows: number[][]) =>
      rows.reduce((sum, row, at) => sum - Math.log(row[validation.labels[at]]), 0) / 21;
    expect(loss).toBeCloseTo(crossEntropy(served), 4);
    const last = await probabilitiesBy(all('weight'));
    expect(Math.abs(crossEntropy(last) - loss)).toBeGreaterThan(1e-2);
  });

  test('is estimated before anything is built, refused above the limit and not below it', async () => {
    let estimate = 0;
    const stop = new Error('no room');
    const reserve = async (bytes: number) => {
      estimate = bytes;
      throw stop;
    };
    await expect(openTraining(options({}, { reserve }))).rejects.toBe(stop);
    expect(estimate).toBeGreaterThan(train.images.length + validation.images.length);
    await expect(openTraining(options({}, { memory: estimate - 1 }))).rejects.toMatchObject({ code: 'too_large' });
    const session = await openTraining(options({}, { memory: estimate }));
    await session.dispose();
  });

  test('refuses what cannot be trained', async () => {
    await expect(openTraining(options({}, { train: { ...train, images: train.images.subarray(1) } }))).rejects.toThrow(
      /train.images: 7199 bytes/,
    );
    const strange = Uint8Array.from(train.labels).fill(3, 5, 6);
    await expect(openTraining(options({}, { train: { ...train, labels: strange } }))).rejects.toThrow(
      /train.labels\[5\]: is 3; there are 3 classes/,
    );
  });

  test('refuses checkpoints that are damaged or belong to another training', async () => {
    const session = await openTraining(options());
    await session.runChunk({ maxSteps: 2 });
    const checkpoint = session.checkpoint();
    await session.dispose();
    const resume = (bytes: Uint8Array, h: Partial<Hyperparameters> = {}) =>
      openTraining(options(h, { checkpoint: bytes }));
    await expect(resume(checkpoint, { learningRate: 0.5 })).rejects.toThrow(/belongs to another training/);
    await expect(resume(checkpoint.subarray(0, checkpoint.length - 8))).rejects.toMatchObject({
      code: 'corrupt_checkpoint',
    });
    const flipped = Uint8Array.from(checkpoint);
    flipped[flipped.length - 5] ^= 1;
    await expect(resume(flipped)).rejects.toMatchObject({ code: 'corrupt_checkpoint' });
    const headless = Uint8Array.from(checkpoint);
    headless.fill(0x7b, 12, 20);
    await expect(resume(headless)).rejects.toMatchObject({ code: 'corrupt_checkpoint' });
    await expect(resume(Buffer.from('no checkpoint at all'))).rejects.toMatchObject({ code: 'corrupt_checkpoint' });
  });
});
