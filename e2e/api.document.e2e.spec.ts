import { execFile } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { digitPng, digitsZip } from './digits.archive';
import { RunningRatchet } from './running.ratchet';

describe('docs/api.md', () => {
  const ratchet = new RunningRatchet('--no-demo', '--inferencers', '1');
  afterAll(() => ratchet.stop());

  it('holds commands that lead from images to a served model as they stand', async () => {
    const client = await ratchet.administrator();
    const { key } = await client
      .send('POST', '/api/api-keys', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'a reader', role: 'engineer' }),
      })
      .then((response) => response.json() as Promise<{ key: string }>);
    const folder = ratchet.directory;
    writeFileSync(join(folder, 'tiles.zip'), await digitsZip(20));
    writeFileSync(join(folder, 'tile.jpg'), await digitPng(3, 30));
    const text = readFileSync(resolve(__dirname, '../docs/api.md'), 'utf8');
    const commands = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)]
      .map(([, block]) => block)
      .join('\n')
      .replace('rk_…', key)
      .replace('http://127.0.0.1:7070', await ratchet.url());
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], {
      cwd: folder,
      timeout: 150_000,
    });
    expect(stdout).toContain('{"trials":2,"epochs":10}');
    expect(stdout).toContain('"predictions":[{"class":');
    expect(stdout).not.toMatch(/"code":"(?!conflict")/); // a trial that ended is not cancelled, a first champion not rolled back
    expect(statSync(join(folder, 'model.onnx')).size).toBeGreaterThan(10_000);
  }, 200_000);
});
