import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openObjectStore } from '@ratchet/object-store';
import { allServe, ControlPlane, InferencerProcess, orderOf, publishModel } from '@ratchet/testing';
import type { BenchModel } from './bench.models';
import type { RequestSpec } from './closed.loop';
import type { PeerName } from './peers.setup';

const peersDirectory = path.resolve('bench/serving/peers');
const READY_MS = 90_000;
const cores = os.availableParallelism();

/** A server under measurement, up and answering. */
export interface RunningServer {
  readonly spec: RequestSpec;
  /** The process, or the leader of its group, that does the work. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface MeasuredServer {
  readonly id: string;
  readonly title: string;
  readonly peer: PeerName | null;
  start(model: BenchModel, port: number, directory: string, bin: string): Promise<RunningServer>;
}

const v2Head = ({ input }: BenchModel['model'], bytes: number) =>
  Buffer.from(
    JSON.stringify({
      inputs: [
        {
          name: 'images',
          datatype: 'UINT8',
          shape: [1, input.height, input.width, input.channels],
          parameters: { binary_data_size: bytes },
        },
      ],
      outputs: [{ name: 'probabilities', parameters: { binary_data: true } }],
    }),
  );

/** The protocol's request with a binary tensor. */
function binaryInfer({ model, image }: BenchModel, port: number, at: string): RequestSpec {
  const head = v2Head(model, image.length);
  return {
    port,
    path: at,
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) },
    body: Buffer.concat([head, image]).toString('base64'),
  };
}
const jsonSpec = (port: number, at: string, value: unknown): RequestSpec => ({
  port,
  path: at,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)).toString('base64'),
});
const base64Image = ({ image }: BenchModel) => ({ image: image.toString('base64') });

/** Starts a peer. Twice if need be: Triton's parts give each other a second to meet, which a busy machine may not grant. */
const startPeer = (...peer: Parameters<typeof tryPeer>): Promise<RunningServer> =>
  tryPeer(...peer).catch(() => tryPeer(...peer));

/** Waits until the peer answers the measured request itself. */
async function tryPeer(
  command: string,
  args: readonly string[],
  bench: BenchModel,
  spec: RequestSpec,
  env: Record<string, string>,
): Promise<RunningServer> {
  const { height, width, channels } = bench.model.input;
  const child = spawn(command, args, {
    cwd: peersDirectory,
    detached: true, // a process group of its own, so that its workers end with it
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      MODEL: bench.file,
      SHAPE: `${height},${width},${channels}`,
      PORT: String(spec.port),
      THREADS: '1',
      WORKERS: String(cores),
      BENTOML_DO_NOT_TRACK: 'true',
      ...env,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (said = (said + chunk).slice(-2_000)));
  const stop = () => endGroup(child);
  const until = Date.now() + READY_MS;
  while (Date.now() < until && child.exitCode === null) {
    const body = Buffer.from(spec.body, 'base64');
    const answered = await fetch(`http://127.0.0.1:${spec.port}${spec.path}`, {
      method: 'POST',
      headers: spec.headers,
      body,
    })
      .then(async (response) => response.ok && (await response.arrayBuffer()).byteLength > 0)
      .catch(() => false);
    if (answered) return { spec, pid: child.pid!, stop };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error(`did not come up: ${said.trim().split('\n').slice(-3).join(' ')}`);
}

async function endGroup(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) =>
    child.exitCode === null ? child.once('exit', () => resolve()) : resolve(),
  );
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    return; // gone already
  }
  await ended;
}

async function startRatchet(bench: BenchModel, directory: string, form: 'pixels' | 'infer'): Promise<RunningServer> {
  const plane = new ControlPlane();
  await plane.start();
  const dataDir = path.join(directory, 'store');
  await publishModel(openObjectStore({ kind: 'directory', directory: dataDir }), bench.model);
  const inferencer = await InferencerProcess.start({
    name: 'bench',
    apiUrl: plane.url,
    token: plane.token,
    dataDir,
    cacheDir: path.join(directory, 'cache'),
    env: { RATCHET_LOG_LEVEL: 'error', RATCHET_THREADS: String(cores) },
  });
  const order = orderOf(bench.model, 'bench', 1);
  plane.order(order);
  await plane.until(allServe('bench', order.digest), READY_MS);
  const port = Number(new URL(inferencer.url).port);
  const spec =
    form === 'infer'
      ? binaryInfer(bench, port, '/v2/models/bench/infer')
      : {
          port,
          path: '/v2/models/bench/classify',
          headers: { 'content-type': 'application/vnd.ratchet.pixels' },
          body: bench.image.toString('base64'),
        };
  return {
    spec,
    pid: inferencer.child.pid!,
    stop: async () => {
      await inferencer.end('SIGTERM');
      await plane.stop();
    },
  };
}

const uvicorn = (workers: number) => async (bench: BenchModel, port: number, _: string, bin: string) => {
  const args = ['fastapi_server:app', '--port', String(port), '--workers', String(workers)];
  const quiet = ['--log-level', 'warning', '--no-access-log', '--loop', 'uvloop', '--http', 'httptools'];
  const spec = { port, path: '/classify', headers: {}, body: bench.image.toString('base64') };
  return startPeer(path.join(bin, 'uvicorn'), [...args, ...quiet], bench, spec, {});
};

/** Everything that is measured, in the order of a round. */
export const servers: readonly MeasuredServer[] = [
  {
    id: 'ratchet',
    title: 'Ratchet (classify, pixels)',
    peer: null,
    start: (m, _, dir) => startRatchet(m, dir, 'pixels'),
  },
  {
    id: 'ratchet-v2',
    title: 'Ratchet (infer, binary tensor)',
    peer: null,
    start: (m, _, dir) => startRatchet(m, dir, 'infer'),
  },
  { id: 'fastapi-1', title: 'FastAPI + uvicorn, 1 worker', peer: 'fastapi', start: uvicorn(1) },
  { id: 'fastapi-n', title: `FastAPI + uvicorn, ${cores} workers`, peer: 'fastapi', start: uvicorn(cores) },
  {
    id: 'litserve',
    title: 'LitServe',
    peer: 'litserve',
    start: (bench, port, _, bin) =>
      startPeer(
        path.join(bin, 'python'),
        ['litserve_server.py'],
        bench,
        jsonSpec(port, '/predict', base64Image(bench)),
        {},
      ),
  },
  {
    id: 'bentoml',
    title: 'BentoML',
    peer: 'bentoml',
    start: (bench, port, directory, bin) =>
      startPeer(
        path.join(bin, 'bentoml'),
        ['serve', 'bentoml_server:Classifier', '--host', '127.0.0.1', '--port', String(port)],
        bench,
        jsonSpec(port, '/classify', base64Image(bench)),
        { BENTOML_HOME: path.join(directory, 'bentoml') },
      ),
  },
  {
    id: 'mlserver',
    title: 'MLServer (infer, JSON)',
    peer: 'mlserver',
    start: async (bench, port, directory, bin) => {
      const home = path.join(directory, 'mlserver');
      await mkdir(home, { recursive: true });
      const settings = {
        http_port: port,
        grpc_port: port + 1,
        metrics_port: port + 2,
        parallel_workers: 0,
        debug: false,
      };
      await writeFile(path.join(home, 'settings.json'), JSON.stringify(settings));
      const model = { name: 'classifier', implementation: 'mlserver_runtime.Classifier' };
      await writeFile(path.join(home, 'model-settings.json'), JSON.stringify(model));
      const { height, width, channels } = bench.model.input;
      const tensor = { name: 'images', datatype: 'UINT8', shape: [1, height, width, channels], data: [...bench.image] };
      const spec = jsonSpec(port, '/v2/models/classifier/infer', { inputs: [tensor] });
      return startPeer(path.join(bin, 'mlserver'), ['start', home], bench, spec, { PYTHONPATH: peersDirectory });
    },
  },
  {
    id: 'pytriton',
    title: 'PyTriton (infer, binary tensor)',
    peer: 'pytriton',
    start: (bench, port, _, bin) =>
      startPeer(
        path.join(bin, 'python'),
        ['pytriton_server.py'],
        bench,
        binaryInfer(bench, port, '/v2/models/classifier/infer'),
        {},
      ),
  },
];
