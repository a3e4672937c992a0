import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { deviceMatrix } from '../testing/device.matrix';

const child = path.resolve(__dirname, '../../../../dist/libs/engine/src/testing/device.matrix.child.js');
/** A Vulkan implementation in software, as Debian's chromium brings it. */
const chromium = '/usr/lib/chromium';
const driver = path.join(chromium, 'vk_swiftshader_icd.json');
/** Of a slow machine that does other things as well; an idle one needs a minute and a half. */
const limitMs = 600_000;

const lacking = [driver, child].find((file) => !existsSync(file));
if (lacking) console.warn(`SKIPPED: training on WebGPU is not tested, because ${lacking} is not there`);

interface Report {
  readonly family: string;
  readonly name: string;
  /** Null where a number is not finite. */
  readonly losses?: number | null;
  readonly values?: number | null;
  readonly error?: string;
}

(lacking ? describe.skip : describe)('ten steps on WebGPU give what tfjs computes', () => {
  const reports: Report[] = [];
  let end = '';

  beforeAll(async () => {
    const env = { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: chromium, XDG_RUNTIME_DIR: '/tmp' };
    const run = promisify(execFile)(process.execPath, [child, 'webgpu'], { env, timeout: limitMs - 10_000 });
    const { stdout, stderr } = await run.catch((error: Error & { stdout: string; stderr: string }) => error);
    for (const line of stdout.split('\n')) if (line.startsWith('{')) reports.push(JSON.parse(line) as Report);
    end = stderr.slice(-2000);
  }, limitMs);

  describe.each(Object.entries(deviceMatrix))('%s', (family, cases) => {
    test.each(Object.keys(cases))('%s', (name) => {
      const report = reports.find((each) => each.family === family && each.name === name);
      if (!report) throw new Error(`The process ended before it came to this case: ${end}`);
      expect(report.error).toBeUndefined();
      expect(report.losses ?? Infinity).toBeLessThan(1e-3);
      expect(report.values ?? Infinity).toBeLessThan(1e-3);
    });
  });
});
