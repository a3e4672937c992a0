import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { nativeFolder } from './native.folder';

const child = path.resolve(__dirname, '../../../../dist/libs/engine/src/testing/device.child.js');
const installed = path.join(nativeFolder, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node');

const lacking = [installed, child].find((file) => !existsSync(file));
if (lacking)
  console.warn(
    `SKIPPED: training on TensorFlow is not tested, because ${lacking} is not there; \`npm run setup:gpu -- --cpu\` installs it`,
  );

(lacking ? test.skip : test)(
  'trains on TensorFlow as on the processor',
  async () => {
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
    const { stdout } = await promisify(execFile)(process.execPath, [child, 'tensorflow'], { env, timeout: 110_000 });
    const { losses, values, reason } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
      losses: number;
      values: number;
      reason: string;
    };
    expect(reason).toMatch(/^@tensorflow\/tfjs-node(-gpu)? with TensorFlow 2\./);
    expect(losses).toBeLessThan(1e-4);
    expect(values).toBeLessThan(1e-4);
  },
  120_000,
);
