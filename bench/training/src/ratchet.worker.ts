import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { defaultHyperparameters, type ImageShape, type NetworkSpec } from '@ratchet/domain';
import { type DeviceName, openTraining, type TrainingSession, versions, zooEntries } from '@ratchet/engine';
import { networkCalled } from './networks';
import { report } from './worker.protocol';

// One measurement of Ratchet in a process of its own. What it does is `mode`:
//   repeat: so many repetitions of so many steps        timed: waits for a line, then trains for so many seconds
//   trial: waits for a line, then does a whole trial    memory: resident memory along so many steps
//   compile: opens a training of every network of the zoo
const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'repeat' },
    network: { type: 'string', default: 'cnn' },
    device: { type: 'string', default: 'cpu' },
    batch: { type: 'string', default: '64' },
    steps: { type: 'string', default: '40' },
    repetitions: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
});
const number = (name: 'batch' | 'steps' | 'repetitions' | 'seconds' | 'threads') => Number(values[name]);

interface Size {
  readonly count: number;
  readonly epochs?: number;
  readonly validation?: number;
}

/** A training on `count` made-up images, `validation` of which it is measured on as well. */
function open(network: NetworkSpec, input: ImageShape, { count, epochs = 1e6, validation = 1 }: Size) {
  const classes = Array.from({ length: 10 }, (_, index) => String(index));
  const pixels = input.height * input.width * input.channels;
  const images = Uint8Array.from({ length: count * pixels }, (_, at) => Math.imul(at ^ (at >>> 15), 0x2c1b3c6d) >>> 24);
  const labels = Uint8Array.from({ length: count }, (_, at) => at % classes.length);
  return openTraining({
    network,
    input,
    classes,
    hyperparameters: { ...defaultHyperparameters, batchSize: number('batch'), epochs },
    device: values.device as DeviceName,
    threads: number('threads'),
    train: { images, labels },
    validation: { images: images.slice(0, validation * pixels), labels: labels.slice(0, validation) },
  });
}

async function train(session: TrainingSession, steps: number): Promise<number> {
  let loss = NaN;
  for (let done = 0; done < steps;) {
    const { losses } = await session.runChunk({ maxSteps: steps - done, targetMs: Infinity });
    done += losses.length;
    loss = losses[losses.length - 1];
  }
  return loss;
}

async function openNetwork(): Promise<TrainingSession> {
  const { architecture, input } = networkCalled(values.network);
  const session = await open({ kind: 'keras', model: architecture }, input, {
    count: number('batch') * number('steps'),
  });
  await train(session, 4);
  return session;
}

const modes: Record<string, () => Promise<void>> = {
  async repeat() {
    const session = await openNetwork();
    for (let at = 0; at < number('repetitions'); at++) {
      const started = performance.now();
      const loss = await train(session, number('steps'));
      const seconds = (performance.now() - started) / 1000;
      report({ imagesPerSecond: (number('batch') * number('steps')) / seconds, loss });
    }
    report({ device: `${session.device}: ${session.deviceReason}`, versions: { ...versions } });
    await session.dispose();
  },
  async timed() {
    const session = await openNetwork();
    report({ ready: true });
    await once(process.stdin, 'data');
    const started = performance.now();
    const first = session.step;
    while (performance.now() - started < number('seconds') * 1000) await session.runChunk({ targetMs: 250 });
    const images = number('batch') * (session.step - first);
    report({ imagesPerSecond: (images * 1000) / (performance.now() - started) });
    await session.dispose();
    process.stdin.destroy();
  },
  async trial() {
    const { architecture, input } = networkCalled(values.network);
    report({ ready: true });
    await once(process.stdin, 'data');
    const started = performance.now();
    const count = number('batch') * number('steps');
    const session = await open({ kind: 'keras', model: architecture }, input, {
      count,
      epochs: 3,
      validation: Math.ceil(count / 4),
    });
    while (session.step < session.totalSteps) {
      await session.runChunk({ targetMs: 250 });
      if (session.step % session.stepsPerEpoch !== 0) continue;
      await session.evaluate('validation');
      session.checkpoint();
    }
    await session.exportModel();
    report({ imagesPerSecond: (number('batch') * session.totalSteps * 1000) / (performance.now() - started) });
    await session.dispose();
    process.stdin.destroy();
  },
  async memory() {
    const session = await openNetwork();
    for (let at = 0; at < 10; at++) {
      await train(session, number('steps') / 10);
      report({ rssMegabytes: process.memoryUsage().rss / 2 ** 20 });
    }
    await session.dispose();
  },
  async compile() {
    for (const { name } of zooEntries()) {
      const started = performance.now();
      const session = await open(
        { kind: 'zoo', name, args: {} },
        { height: 64, width: 64, channels: 3 },
        { count: number('batch') },
      );
      report({ device: name, compileMs: performance.now() - started });
      await session.dispose();
    }
  },
};

void modes[values.mode]().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
