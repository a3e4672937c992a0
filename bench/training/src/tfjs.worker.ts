import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type * as Core from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import { networkCalled } from './networks';
import { report } from './worker.protocol';

// TensorFlow.js itself: on its plain `cpu` backend, or on tfjs-node where `--node-backend` names its installation.
const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'cnn' },
    batch: { type: 'string', default: '64' },
    steps: { type: 'string', default: '40' },
    repetitions: { type: 'string', default: '4' },
    'node-backend': { type: 'string' },
  },
});

async function main(): Promise<void> {
  const home = values['node-backend'];
  const from = home ? createRequire(path.resolve(home, 'package.json')) : require;
  const tf = from('@tensorflow/tfjs-core') as typeof Core;
  const { models } = from('@tensorflow/tfjs-layers') as typeof Layers;
  if (home) from('@tensorflow/tfjs-node');
  else from('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend(home ? 'tensorflow' : 'cpu');

  const { architecture, input } = networkCalled(values.network);
  const [batch, steps] = [Number(values.batch), Number(values.steps)];
  const model = await models.modelFromJSON(architecture as unknown as Parameters<typeof models.modelFromJSON>[0]);
  const x = tf.randomUniform([batch, input.height, input.width, input.channels]);
  const y = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: batch }, (_, at) => at % 10),
      'int32',
    ),
    10,
  );
  const optimizer = tf.train.adam(0.001);
  const step = () => {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as Core.Tensor) as Core.Scalar,
      true,
    );
    const value = loss!.dataSync()[0];
    loss!.dispose();
    return value;
  };
  if (steps > 1) step();
  for (let at = 0; at < Number(values.repetitions); at++) {
    const started = performance.now();
    let loss = NaN;
    for (let done = 0; done < steps; done++) loss = step();
    report({ imagesPerSecond: (batch * steps * 1000) / (performance.now() - started), loss });
  }
  const native = (tf.backend() as unknown as { binding?: { TF_Version: string } }).binding;
  report({ versions: { tfjs: tf.version_core, ...(native && { 'tfjs-node on TensorFlow': native.TF_Version }) } });
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
