import { parseArgs } from 'node:util';
import { openTraining, transcribeTraining, versions } from '@ratchet/engine';
import { report } from '../worker.protocol';
import { digitClasses, digitShape, loadDigits } from './digits';
import { writeMaterial } from './material';
import { learningTask } from './settings';

// One training of one task in Ratchet, in a process of its own; what it starts from and is given goes to `folder`.
const { values } = parseArgs({
  options: {
    task: { type: 'string', default: 'lenet5' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    folder: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const { id, hyperparameters } = learningTask(values.task);
  const { train, heldOut } = loadDigits();
  const options = {
    network: { kind: 'zoo', name: id, args: {} },
    input: digitShape,
    classes: digitClasses,
    hyperparameters: { ...hyperparameters, seed: Number(values.seed) },
    train,
  } as const;
  if (values.folder) await writeMaterial(values.folder, await transcribeTraining(options), heldOut);
  const session = await openTraining({
    ...options,
    device: 'cpu',
    threads: Number(values.threads),
    validation: heldOut,
  });
  let loss = NaN;
  while (session.step < session.totalSteps) loss = (await session.runChunk()).losses.at(-1) ?? NaN;
  const { accuracy } = await session.evaluate('validation');
  report({ accuracy, loss, versions: { ...versions } });
  await session.dispose();
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
