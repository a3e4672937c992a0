import { defaultHyperparameters } from '@ratchet/domain';
import { syntheticImages } from '../testing/parity';
import { readCheckpoint } from './checkpoint';
import { openTraining } from './session';
import { transcribeTraining } from './transcript';

const input = { height: 8, width: 8, channels: 1 } as const;
const train = syntheticImages(input, 3, 20);
const options = {
  network: { kind: 'zoo', name: 'small-cnn', args: { width: 4 } },
  input,
  classes: ['a', 'b', 'c'],
  hyperparameters: { ...defaultHyperparameters, batchSize: 8, epochs: 2, shift: 0.2, schedule: 'cosine' },
  train,
} as const;

describe('the transcript of a training', () => {
  test('starts from the weights the training starts from', async () => {
    const { weights, totalSteps, stepsPerEpoch } = await transcribeTraining(options);
    const session = await openTraining({ ...options, device: 'cpu', threads: 1, validation: train });
    const { values } = readCheckpoint(session.checkpoint());
    weights.forEach((weight, index) => expect(weight.values).toEqual(values.get(`weight/${index}`)));
    expect([totalSteps, stepsPerEpoch]).toEqual([session.totalSteps, session.stepsPerEpoch]);
    await session.dispose();
  });

  test('tells what every step is given', async () => {
    const { feeds, given, totalSteps } = await transcribeTraining(options);
    expect(feeds.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['images', 'labels', 'draw/rows', 'draw/columns', 'learningRate']),
    );
    const seen = new Set<string>();
    for (let step = 0; step < totalSteps / 2; step++) {
      const [images, labels] = [given('images', step), given('labels', step)];
      labels.forEach((label, at) => {
        const image = images.subarray(at * 64, (at + 1) * 64).join();
        const index = [...train.labels.keys()].find(
          (i) => train.images.subarray(i * 64, (i + 1) * 64).join() === image,
        );
        expect(train.labels[index!]).toBe(label);
        seen.add(image);
      });
    }
    expect(seen.size).toBe(20);
    expect(given('learningRate', 0)[0]).toBeCloseTo(0.001, 9);
    expect(() => given('picture', 0)).toThrow(/no feed is called 'picture'/);
  });
});
