import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openObjectStore } from '@ratchet/object-store';
import {
  allServe,
  classNames,
  constantModel,
  ControlPlane,
  InferencerProcess,
  orderOf,
  publishModel,
} from '@ratchet/testing';
import pino from 'pino';
import { FleetRouter } from './fleet.router';
import { Gateway } from './gateway';
import { TokenBuckets } from './token.bucket';

// Real: Triton's Python client, gateway, inferencer process. Stood in for: the rest of the API, by ControlPlane.

jest.setTimeout(240_000); // the client is installed at the first run

const run = promisify(execFile);
const script = path.resolve(__dirname, '../../conformance/triton_client.py');
const environment = path.resolve(__dirname, '../../../../bench/.cache/peers/tritonclient');
const python = path.join(environment, 'bin/python');

/** The interpreter that has Triton's client; null, loudly, where it cannot be had. */
async function tritonClient(): Promise<string | null> {
  try {
    if (!existsSync(python)) await run('python3', ['-m', 'venv', environment]);
    const has = () => run(python, ['-c', 'import tritonclient.http']);
    await has().catch(async () => {
      await run(python, ['-m', 'pip', 'install', '--quiet', 'tritonclient[http]', 'numpy'], { timeout: 180_000 });
      await has();
    });
    return python;
  } catch (error) {
    console.warn(`SKIPPED: Triton's client could not be installed (${(error as Error).message.slice(0, 200)})`);
    return null;
  }
}

describe("Triton's own client", () => {
  let directory: string;
  let plane: ControlPlane;
  let inferencer: InferencerProcess;
  let server: Server;
  let router: FleetRouter;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'conformance-spec-'));
    const dataDir = path.join(directory, 'store');
    const model = constantModel({ input: { height: 28, width: 28, channels: 1 }, classes: classNames(4), answer: 1 });
    await publishModel(openObjectStore({ kind: 'directory', directory: dataDir }), model);
    plane = new ControlPlane();
    await plane.start();
    router = new FleetRouter('round-robin', 10_000);
    plane.onHeartbeat = () =>
      router.update([...plane.known.values()].map((beat) => ({ ...beat, lastHeartbeatAt: new Date() })));
    const caller = Promise.resolve({ id: 'client' });
    const options = { replayBytes: 1 << 20, limitBytes: 1 << 25, bodyMs: 10_000 };
    const gateway = new Gateway(router, () => caller, new TokenBuckets(0), options, pino({ level: 'silent' }));
    server = createServer((request, response) => void gateway.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = { RATCHET_LOG_LEVEL: 'error' };
    const cacheDir = path.join(directory, 'cache');
    inferencer = await InferencerProcess.start({
      name: 'c',
      apiUrl: plane.url,
      token: plane.token,
      dataDir,
      cacheDir,
      env,
    });
    const order = orderOf(model, 'digits', 1);
    plane.order(order);
    await plane.until(allServe('digits', order.digest), 60_000);
  });
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await router?.close();
    await inferencer?.end('SIGKILL');
    await plane?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('finds everything it asks for, at the inferencer and at the gateway', async () => {
    const client = await tritonClient();
    if (!client) return;
    const addresses = [new URL(inferencer.url).host, `127.0.0.1:${(server.address() as AddressInfo).port}`];
    for (const address of addresses) {
      const { stdout, stderr } = await run(client, [script, address, 'digits', 'rk_key']).catch(
        (error: { stdout: string; stderr: string }) => error,
      );
      expect(stderr).toBe('');
      expect(stdout.split('\n').filter((line) => line && !line.startsWith('ok: '))).toEqual([]);
      expect(stdout).toContain('ok: 32 at once');
    }
  });
});
