import { defaultHyperparameters, type Hyperparameters } from '@ratchet/domain';
import { digits } from '../testing/digits';
import { openTraining } from './session';

const { train, heldOut } = digits();

/** Accuracy of the exported model on 1,000 digits that were not trained on. */
async function accuracyOf(name: string, args: Record<string, number>, h: Partial<Hyperparameters>): Promise<number> {
  const session = await openTraining({
    network: { kind: 'zoo', name, args },
    input: train.shape,
    classes: [...'0123456789'],
    hyperparameters: { ...defaultHyperparameters, batchSize: 64, schedule: 'cosine', ...h },
    device: 'cpu',
    threads: 2,
    train,
    validation: heldOut,
  });
  while (session.step < session.totalSteps) await session.runChunk();
  const { accuracy } = await session.evaluate('validation');
  await session.dispose();
  return accuracy;
}

describe('networks learn the digits', () => {
  test('LeNet-5', async () => {
    expect(await accuracyOf('lenet5', {}, { epochs: 18, learningRate: 0.004, shift: 0.08 })).toBeGreaterThanOrEqual(
      0.985,
    );
  }, 400_000);

  test('the small CNN', async () => {
    expect(
      await accuracyOf('small-cnn', {}, { epochs: 9, learningRate: 0.008, shift: 0.07, emaDecay: 0.98 }),
    ).toBeGreaterThanOrEqual(0.99);
  }, 400_000);
});
