import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('the priority of compute threads', () => {
  it('is lower than that of the I/O thread, which keeps its own', async () => {
    const before = new Set(readdirSync('/proc/self/task'));
    const own = os.getPriority();
    const worker = new Worker(path.resolve(__dirname, '../../../../dist/apps/inferencer/src/serving/decode.worker.js'));
    try {
      const answered = new Promise((resolve) => worker.once('message', resolve));
      worker.postMessage({ job: 1, type: 'unpack', contents: new Uint8Array(), expected: 0 });
      await answered;
      const priorities = readdirSync('/proc/self/task')
        .filter((thread) => !before.has(thread))
        .map((thread) => os.getPriority(Number(thread)));
      expect(Math.max(...priorities)).toBeGreaterThan(own);
      expect(os.getPriority()).toBe(own);
    } finally {
      await worker.terminate();
    }
  });
});
