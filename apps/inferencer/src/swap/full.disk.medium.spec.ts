import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ObjectStore } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import {
  allServe,
  classNames,
  constantModel,
  ControlPlane,
  heavyModel,
  InferencerProcess,
  orderOf,
  publishModel,
  SmallDisk,
  type TestModel,
} from '@ratchet/testing';

// Real: the inferencer and its processes, a file system without room, the system's limit on a file's size.
// Stood in for: the API, by the testing room's ControlPlane.

const MiB = 2 ** 20;
const input = { height: 28, width: 28, channels: 1 } as const;
const classes = classNames(4);
const first = constantModel({ input, classes, answer: 1 });
const large = heavyModel({ input, classes, bytes: 2 * MiB });

const itOnASmallDisk = SmallDisk.possible() ? it : it.skip;

jest.setTimeout(60_000); // processes start slowly on a busy machine

describe('an inferencer without room for the next model', () => {
  let directory: string;
  let cacheDir: string;
  let store: ObjectStore;
  let plane: ControlPlane;
  let inferencer: InferencerProcess;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'full-disk-spec-'));
    cacheDir = path.join(directory, 'cache');
    store = openObjectStore({ kind: 'directory', directory: path.join(directory, 'store') });
    plane = new ControlPlane();
    await plane.start();
  });
  afterEach(async () => {
    await inferencer?.end('SIGKILL');
    await plane.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const start = async () => {
    const dataDir = path.join(directory, 'store');
    const options = { name: 'full', apiUrl: plane.url, token: plane.token, dataDir, cacheDir };
    inferencer = await InferencerProcess.start({ ...options, env: { RATCHET_LOG_LEVEL: 'error' } });
  };
  const order = async (model: TestModel, generation: number) => {
    const digest = await publishModel(store, model);
    plane.order(orderOf(model, 'digits', generation));
    return plane.until.bind(plane, allServe('digits', digest));
  };
  const answering = async () => {
    const headers = { 'content-type': 'application/vnd.ratchet.pixels' };
    const url = `${inferencer.url}/v2/models/digits/classify`;
    const response = await fetch(url, { method: 'POST', headers, body: Buffer.alloc(784) });
    return ((await response.json()) as { predictions: { class: string }[] }).predictions[0].class;
  };
  const failedFor = (cause: RegExp) =>
    plane.until((known) =>
      known.some(({ models }) => models.some((m) => m.state === 'FAILED' && cause.test(m.error ?? ''))),
    );
  const outOfSpace = /Space under .*models is unavailable. Free some or lower RATCHET_CACHE_BYTES/;

  itOnASmallDisk(
    'serves the old one from a full disk, says why, and loads the new one once there is room',
    async () => {
      const disk = SmallDisk.mount(cacheDir, 8 * MiB);
      try {
        await start();
        await (
          await order(first, 1)
        )();
        disk.fill();
        const served = await order(large, 2);
        await failedFor(outOfSpace);
        expect(await answering()).toBe('class-1');
        expect(await readdir(path.join(cacheDir, 'full', 'partial'))).toEqual([]);
        const heard = plane.heartbeats.length;
        await plane.until(() => plane.heartbeats.length > heard + 1); // it is in good health otherwise
        disk.free();
        await served();
        expect(await answering()).toBe('class-0');
        const since = plane.heartbeats.length;
        await plane.until(() => plane.heartbeats.length > since + 1); // the answer to one is dealt with before the next
        const kept = await readFile(path.join(cacheDir, 'full', 'desired.json'), 'utf8');
        expect(JSON.parse(kept)).toMatchObject([{ generation: 2 }]);
      } finally {
        await inferencer?.end('SIGKILL');
        disk.unmount();
      }
    },
  );

  it('does so as well when a transfer breaks off because no more may be written', async () => {
    await start();
    await (
      await order(first, 1)
    )();
    const limit = (bytes: string) => {
      const everybody = spawnSync('pgrep', ['--parent', String(inferencer.child.pid)], { encoding: 'utf8' });
      for (const pid of [inferencer.child.pid, ...everybody.stdout.trim().split('\n')])
        expect(spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]).status).toBe(0);
    };
    limit('100000');
    const served = await order(large, 2);
    await failedFor(outOfSpace);
    expect(await answering()).toBe('class-1');
    expect(await readdir(path.join(cacheDir, 'full', 'partial'))).toEqual([]);
    limit('unlimited');
    await served();
    expect(await answering()).toBe('class-0');
  });
});
