import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { memoryCases } from '../testing/memory.cases';

const child = path.resolve(__dirname, '../../../../dist/libs/engine/src/testing/memory.child.js');
const lacking = [child, '/proc/self/status'].find((file) => !existsSync(file));
if (lacking) console.warn(`SKIPPED: what trainings take of memory is not measured, because ${lacking} is not there`);

(lacking ? describe.skip : describe)('a training takes no more memory than was estimated', () => {
  test.each(Object.keys(memoryCases))(
    '%s',
    async (name) => {
      const { stdout } = await promisify(execFile)(process.execPath, [child, name], { timeout: 100_000 });
      const { estimate, taken } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { estimate: number; taken: number };
      expect(taken).toBeLessThan(estimate);
      // An estimate that is far too high refuses what would fit.
      expect(taken).toBeGreaterThan(0.2 * estimate);
    },
    120_000,
  );
});
