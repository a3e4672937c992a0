import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { classNames, constantModel } from '@ratchet/testing';
import { ServedScenario } from '../served.scenario';

// Real: Triton's Python client, API, database, inferencer process. Stood in for: the trainer.

jest.setTimeout(240_000); // the client is installed at the first run

const run = promisify(execFile);
const scripts = path.resolve(__dirname, '../../conformance');
const environment = path.resolve(__dirname, '../../../../bench/.cache/peers/tritonclient');
const python = path.join(environment, 'bin/python');

/** The interpreter that has Triton's client; null, loudly, where it cannot be had. */
async function tritonClient(): Promise<string | null> {
  try {
    if (!existsSync(python)) await run('python3', ['-m', 'venv', environment]);
    const has = () => run(python, ['-c', 'import tritonclient.http, tritonclient.grpc']);
    await has().catch(async () => {
      await run(python, ['-m', 'pip', 'install', '--quiet', 'tritonclient[http,grpc]', 'numpy'], { timeout: 180_000 });
      await has();
    });
    return python;
  } catch (error) {
    console.warn(`SKIPPED: Triton's client could not be installed (${(error as Error).message.slice(0, 200)})`);
    return null;
  }
}

describe("Triton's own client", () => {
  let served: ServedScenario;
  let model: string;
  let key: string;

  beforeAll(async () => {
    served = await ServedScenario.start();
    const input = { height: 28, width: 28, channels: 1 } as const;
    ({ name: model } = await served.task({ model: constantModel({ input, classes: classNames(4), answer: 1 }) }));
    key = await served.key('admin');
    await served.addInferencer('c');
    for (;;) {
      const ready = await fetch(`${served.api.url}/v2/health/ready`);
      if (ready.ok) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  afterAll(() => served?.stop());

  it.each([
    ['HTTP', 'triton_client.py', 'url'],
    ['gRPC', 'triton_grpc_client.py', 'grpcUrl'],
  ] as const)(
    'finds everything it asks for over %s, at the inferencer and at the gateway',
    async (_, script, which) => {
      const client = await tritonClient();
      if (!client) return;
      const at = (url: string) => [path.join(scripts, script), new URL(url).host, model];
      for (const args of [at(served.inferencers[0][which]), [...at(served.api[which]), key]]) {
        const { stdout, stderr } = await run(client, args).catch((error: { stdout: string; stderr: string }) => error);
        expect(stderr).toBe('');
        expect(stdout.split('\n').filter((line) => line && !line.startsWith('ok: '))).toEqual([]);
        expect(stdout).toContain('ok: 32 at once');
      }
    },
  );
});
