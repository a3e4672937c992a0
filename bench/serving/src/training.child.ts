import os from 'node:os';
import { defaultHyperparameters } from '@ratchet/domain';
import { openTraining } from '@ratchet/engine';

// Entry of a process that trains a small convolution network on every core for as long as it lives, the way a trial's
// child does: at the same priority, in chunks.

const COUNT = 512;
const CHUNK_MS = 500;

async function main(): Promise<void> {
  os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL); // as apps/trainer does
  const input = { height: 28, width: 28, channels: 1 } as const;
  const images = Uint8Array.from({ length: COUNT * 784 }, (_, at) => Math.imul(at ^ (at >>> 15), 0x2c1b3c6d) >>> 24);
  const labels = Uint8Array.from({ length: COUNT }, (_, at) => at % 10);
  const session = await openTraining({
    network: { kind: 'zoo', name: 'small-cnn', args: {} },
    input,
    classes: Array.from({ length: 10 }, (_, index) => String(index)),
    hyperparameters: { ...defaultHyperparameters, epochs: 10_000 },
    device: 'cpu',
    threads: os.availableParallelism(),
    train: { images, labels },
    validation: { images: images.slice(0, 784), labels: labels.slice(0, 1) },
  });
  process.send!('training');
  for (;;) await session.runChunk({ maxSteps: 1_000_000, targetMs: CHUNK_MS });
}

process.once('disconnect', () => process.exit(0));
void main();
