import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const child = path.resolve(__dirname, '../../../../dist/libs/engine/src/testing/device.child.js');
/** A Vulkan implementation in software, as Debian's chromium brings it. */
const chromium = '/usr/lib/chromium';
const driver = path.join(chromium, 'vk_swiftshader_icd.json');

const lacking = [driver, child].find((file) => !existsSync(file));
if (lacking) console.warn(`SKIPPED: training on WebGPU is not tested, because ${lacking} is not there`);

(lacking ? test.skip : test)(
  'trains on WebGPU as on the processor',
  async () => {
    const env = { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: chromium, XDG_RUNTIME_DIR: '/tmp' };
    const { stdout } = await promisify(execFile)(process.execPath, [child, 'webgpu'], { env, timeout: 220_000 });
    const { losses, values } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { losses: number; values: number };
    expect(losses).toBeLessThan(1e-3);
    expect(values).toBeLessThan(1e-3);
  },
  240_000,
);
