import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { supervised } from './supervision';

const generous = { seconds: 60, bytes: 2 ** 40 };

/** What becomes of a request to a process that runs `script`. */
async function asked(script: string, limits: Partial<typeof generous> = {}) {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  try {
    return await supervised(child, { kind: 'zoo' }, { ...generous, ...limits });
  } finally {
    child.kill('SIGKILL');
  }
}

const never = 'process.on("message", () => undefined)';

describe('a process that describes networks', () => {
  it('is listened to', async () => {
    await expect(asked('process.on("message", () => process.send({ zoo: [] }))')).resolves.toEqual({ zoo: [] });
  });

  it('is given up when it takes too long', async () => {
    await expect(asked(never, { seconds: 0.2 })).rejects.toThrow(/spec: the network took longer than 0.2 s to build/);
  });

  (existsSync('/proc/self/statm') ? it : it.skip)('is given up when it takes too much memory', async () => {
    await expect(asked(never, { bytes: 2 ** 20 })).rejects.toThrow(/needs more than 0.0009765625 GiB of memory/);
  });

  it('is given up when it dies', async () => {
    await expect(asked('process.on("message", () => process.exit(1))')).rejects.toThrow(
      /ended the process that built it, most likely for want of memory/,
    );
  });
});
