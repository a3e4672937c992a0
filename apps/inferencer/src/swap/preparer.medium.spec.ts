import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { objectKeys, type ObjectStore } from '@ratchet/domain';
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

// Real: the inferencer, the process beside it that prepares models, its probes, a directory object store.
// Stood in for: the API, by the testing room's ControlPlane.

const input = { height: 28, width: 28, channels: 1 } as const;

interface Ground {
  readonly plane: ControlPlane;
  readonly store: ObjectStore;
  readonly inferencer: InferencerProcess;
}

/** Lays a store, a control plane and an inferencer for `use`, and takes them away. */
async function onGround(use: (ground: Ground) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'preparer-spec-'));
  const dataDir = path.join(directory, 'store');
  const plane = new ControlPlane();
  await plane.start();
  const inferencer = await InferencerProcess.start({
    name: 'prepared',
    apiUrl: plane.url,
    token: plane.token,
    dataDir,
    cacheDir: path.join(directory, 'cache'),
    env: { RATCHET_LOG_LEVEL: 'error' },
  });
  try {
    await use({ plane, inferencer, store: openObjectStore({ kind: 'directory', directory: dataDir }) });
  } finally {
    await inferencer.end('SIGKILL');
    await plane.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

it(
  'says at once of a stored model of another size than announced that it is, and goes on when it is put right',
  () =>
    onGround(async ({ plane, store }) => {
      const model = constantModel({ input, classes: classNames(4), answer: 1 });
      const digest = await publishModel(store, model);
      await store.put(objectKeys.model(digest), Buffer.alloc(10));
      plane.order(orderOf(model, 'digits', 1));
      await plane.until((known) =>
        known.some(({ models }) => models.some((m) => /holds 10 bytes under models.* announced/.test(m.error ?? ''))),
      );
      await publishModel(store, model);
      await plane.until(allServe('digits', digest));
    }),
  60_000,
);

it(
  'fails the load it had in hand when the process that prepares models is killed, and loads at the next attempt',
  () =>
    onGround(async ({ plane, store, inferencer }) => {
      const model = constantModel({ input, classes: classNames(4), answer: 1 });
      const digest = await publishModel(store, model);
      const found = spawnSync('pgrep', ['--parent', String(inferencer.child.pid), '--full', 'preparer.child'], {
        encoding: 'utf8',
      });
      process.kill(Number(found.stdout), 'SIGSTOP'); // it shall not be through before it is killed
      plane.order(orderOf(model, 'digits', 1));
      await plane.until((known) => known.some(({ models }) => models.some((m) => m.state === 'LOADING')));
      process.kill(Number(found.stdout), 'SIGKILL');
      await plane.until((known) =>
        known.some(({ models }) => models.some((m) => /prepares models ended \(SIGKILL\)/.test(m.error ?? ''))),
      );
      await plane.until(allServe('digits', digest));
    }),
  60_000,
);
