import { readFileSync } from 'node:fs';
import { defaultHyperparameters, type NetworkSpec } from '@ratchet/domain';
import { openTraining } from '../training/session';
import { memoryCases } from './memory.cases';
import { syntheticImages } from './parity';

/** Bytes that this process has held at most. */
const peak = () => 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]);

/** Trains a few steps, measures and exports; answers the estimate, in bytes. */
async function trainALittle(network: NetworkSpec, side: number, batchSize: number): Promise<number> {
  const input = { height: side, width: side, channels: 3 } as const;
  const train = syntheticImages(input, 10, batchSize);
  let estimate = 0;
  const session = await openTraining({
    network,
    input,
    classes: [...'0123456789'],
    hyperparameters: { ...defaultHyperparameters, batchSize, epochs: 3 },
    device: 'cpu',
    threads: 1,
    train,
    validation: train,
    reserve: async (bytes) => void (estimate = bytes),
  });
  for (let step = 0; step < 3; step++) await session.runChunk();
  await session.evaluate('validation');
  await session.exportModel();
  return estimate;
}

/** Prints what a case of `memoryCases` takes beyond what the process takes for the smallest of networks. */
async function main() {
  await trainALittle({ kind: 'zoo', name: 'mlp', args: { units: 8 } }, 8, 4);
  const before = peak();
  const { network, side, batchSize } = memoryCases[process.argv[2]];
  const estimate = await trainALittle(network, side, batchSize);
  console.log(JSON.stringify({ estimate, taken: peak() - before }));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
