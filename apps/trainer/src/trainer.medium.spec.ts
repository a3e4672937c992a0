import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import {
  Checkpoint,
  Deployment,
  Metric,
  migrate,
  ModelVersion,
  openDatabase,
  Promotion,
  Trainer,
  Trial as TrialEntity,
  TrialRepository,
  type DataSource,
  type Trial,
} from '@ratchet/database';
import { isTerminal, objectKeys, type ModelManifest, type ObjectStore } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import { trainerId } from './trainer.identity';
import { readCheckpoint } from './training/checkpoint.file';
import { TrainerProcess, TrainerScenario } from './trainer.scenario';

/** A process that ended but was not collected by its parent yet does not run. */
const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const EPOCHS = 24;
const grid = { epochs: EPOCHS, batchSize: 6, learningRate: 0.001, seed: 11 };
const STEPS = EPOCHS * 15;

// Real processes on a machine that may be busy with other things: some tests wait for a lease or a lock to run out.
jest.setTimeout(120_000);

describe('a trainer', () => {
  let stack: TestStack;
  let database: DataSource;
  let store: ObjectStore;
  let scenario: TrainerScenario;
  const started: TrainerProcess[] = [];

  beforeAll(async () => {
    stack = await startTestStack();
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl);
    store = openObjectStore({ kind: 'directory', directory: stack.objectsDirectory });
    scenario = await TrainerScenario.lay(database, store);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((trainer) => trainer.end('SIGKILL')));
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });

  const start = async (name: string, slots = 1): Promise<TrainerProcess> => {
    const trainer = await TrainerProcess.start({
      DATABASE_URL: stack.databaseUrl,
      REDIS_URL: stack.redisUrl,
      RATCHET_DATA_DIR: stack.objectsDirectory,
      RATCHET_CACHE_DIR: `${stack.objectsDirectory}-cache`,
      RATCHET_API_URL: 'http://127.0.0.1:1',
      RATCHET_WORKER_TOKEN: 'f'.repeat(32),
      RATCHET_WORKER_NAME: name,
      RATCHET_DEVICE: 'cpu',
      RATCHET_TRAINER_SLOTS: String(slots),
      RATCHET_THREADS: '1',
    });
    started.push(trainer);
    return trainer;
  };
  const until = (id: string, holds: (trial: Trial) => boolean) => scenario.until(stack.databaseUrl, id, holds);
  const ended = (id: string) => until(id, ({ state }) => isTerminal(state));
  const underWay = (id: string) => until(id, ({ step }) => step > STEPS / 4);

  /** A trial that nothing interrupted; run once, by whichever test asks first. */
  let undisturbed: Promise<{ taskId: string; trial: Trial }> | null = null;
  const undisturbedRun = () =>
    (undisturbed ??= (async () => {
      const trainer = await start('undisturbed');
      const { taskId, trialIds } = await scenario.launch('undisturbed', grid);
      const trial = await ended(trialIds[0]);
      await trainer.end('SIGTERM');
      return { taskId, trial };
    })());
  const expectSameWeights = async (trial: Trial) =>
    expect(trial).toMatchObject({
      state: 'COMPLETED',
      weightsDigest: (await undisturbedRun()).trial.weightsDigest,
    });

  it('trains a trial to its end: curves, checkpoints, log, and a champion from the exported file', async () => {
    const { taskId, trial } = await undisturbedRun();
    expect(trial).toMatchObject({
      state: 'COMPLETED',
      step: STEPS,
      totalSteps: STEPS,
      epoch: EPOCHS,
      attempt: 1,
      device: 'cpu',
    });
    expect(trial.bestValidationAccuracy).toBeGreaterThan(0.8);
    expect(trial.confusion?.flat().reduce((a, b) => a + b)).toBe(30);
    expect(trial.versions).toHaveProperty('onnxruntime');

    const points = await database.getRepository(Metric).findBy({ trialId: trial.id });
    const count = (name: string) => points.filter((point) => point.name === name).length;
    expect(count('validation_accuracy')).toBe(EPOCHS);
    expect(count('train_accuracy')).toBe(EPOCHS);
    expect(count('train_loss')).toBe(STEPS);

    const checkpoints = await database.getRepository(Checkpoint).findBy({ trialId: trial.id });
    const bestStep = trial.bestEpoch! * 15;
    expect(checkpoints.map((c) => c.step).sort((a, b) => a - b)).toEqual(
      [...new Set([bestStep, STEPS - 15, STEPS])].sort((a, b) => a - b),
    );
    const objects: string[] = [];
    for await (const { key } of store.list(objectKeys.checkpoints(trial.id))) objects.push(key);
    expect(objects.sort()).toEqual(checkpoints.map((c) => c.objectKey).sort());
    expect(String(await buffer(await store.get(objectKeys.trialLog(trial.id, 1))))).toContain(
      `Starts of ${STEPS} on cpu`,
    );

    const promotions = await database.getRepository(Promotion).find({ where: { taskId }, order: { query: 'ASC' } });
    const forward = promotions.filter((promotion) => promotion.outcome === 'promoted');
    expect(forward.length).toBeGreaterThanOrEqual(2);
    forward.reduce((a, b) => (expect(b.gateAccuracy).toBeGreaterThan(a.gateAccuracy), b));
    const { digest, gateAccuracy } = await database
      .getRepository(ModelVersion)
      .findOneByOrFail({ id: forward.at(-1)!.modelVersionId });
    expect(gateAccuracy).toBeGreaterThan(0.8);
    const file = await buffer(await store.get(objectKeys.model(digest)));
    for (const origin of [scenario.datasetDigest, trial.id]) expect(file.includes(origin)).toBe(true);
    const manifest = JSON.parse(
      String(await buffer(await store.get(objectKeys.modelManifest(digest)))),
    ) as ModelManifest;
    expect(manifest).toMatchObject({ sha256: digest, classes: ['lines', 'columns', 'checks'] });
    expect(await database.getRepository(Deployment).countBy({ taskId })).toBe(forward.length);

    expect(await database.getRepository(Trainer).findOneByOrFail({ id: trainerId('undisturbed') })).toMatchObject({
      device: 'cpu',
      slots: 1,
    });
  });

  it('whose child is killed goes on from a checkpoint and ends with the very same weights', async () => {
    const trainer = await start('child-killed');
    const { trialIds } = await scenario.launch('child-killed', grid);
    const pid = await trainer.child(trialIds[0]);
    await underWay(trialIds[0]);
    process.kill(pid, 'SIGKILL');
    const trial = await ended(trialIds[0]);
    expect(trial.attempt).toBe(2);
    await expectSameWeights(trial);
    expect(await database.getRepository(Metric).countBy({ trialId: trial.id, name: 'validation_accuracy' })).toBe(
      EPOCHS,
    );
    expect(String(await buffer(await store.get(objectKeys.trialLog(trial.id, 2))))).toMatch(/Goes on from step \d+ of/);
  });

  it('that is killed leaves its trial to the next one, which ends with the very same weights', async () => {
    const first = await start('trainer-killed');
    const { trialIds } = await scenario.launch('trainer-killed', grid);
    const orphan = await first.child(trialIds[0]);
    await underWay(trialIds[0]);
    await first.end('SIGKILL');
    await start('trainer-killed');
    const trial = await ended(trialIds[0]);
    expect(trial).toMatchObject({ attempt: 2, leaseToken: 2 });
    expect(isRunning(orphan)).toBe(false);
    await expectSameWeights(trial);
  });

  it('that was frozen while another took its trial over wakes up, writes nothing and ends its child', async () => {
    const frozen = await start('frozen');
    const { trialIds } = await scenario.launch('frozen', grid);
    const child = await frozen.child(trialIds[0]);
    await underWay(trialIds[0]);
    for (const pid of [frozen.process.pid!, child]) process.kill(pid, 'SIGSTOP');
    await database.getRepository(TrialEntity).update(trialIds[0], { leaseExpiresAt: new Date(0) });
    await start('successor');
    await until(trialIds[0], ({ leaseToken }) => leaseToken === 2);
    for (const pid of [frozen.process.pid!, child]) process.kill(pid, 'SIGCONT');
    await frozen.said('was taken over');
    const trial = await ended(trialIds[0]);
    expect(trial).toMatchObject({ attempt: 2, leaseToken: 2, trainerId: trainerId('successor') });
    expect(isRunning(child)).toBe(false);
    await expectSameWeights(trial);
  });

  it('told to end hands its trial back within seconds, with a checkpoint and no blame', async () => {
    const first = await start('told');
    const { trialIds } = await scenario.launch('told', grid);
    await underWay(trialIds[0]);
    const startedAt = performance.now();
    await first.end('SIGTERM');
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    const released = await scenario.trial(trialIds[0]);
    expect(released).toMatchObject({ state: 'QUEUED', cause: null, leasedBy: null });
    expect(await database.getRepository(Checkpoint).countBy({ trialId: released.id })).toBeGreaterThan(0);
    await start('another');
    await expectSameWeights(await ended(trialIds[0]));
  });

  it('stops a cancelled trial within about a second', async () => {
    const trainer = await start('cancelling');
    const { trialIds } = await scenario.launch('cancelling', { ...grid, epochs: 5000 });
    const pid = await trainer.child(trialIds[0]);
    await until(trialIds[0], ({ step }) => step > 30);
    const startedAt = performance.now();
    await new TrialRepository(database).cancel(trialIds[0]);
    expect(await ended(trialIds[0])).toMatchObject({ state: 'CANCELLED', cause: null });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(isRunning(pid)).toBe(false);
    const log = String(await buffer(await store.get(objectKeys.trialLog(trialIds[0], 1))));
    expect(log).toContain('Cancelled.');
    expect(log).not.toContain('SIGKILL');
  });

  it('fails a trial whose loss leaves the numbers, with cause, step and hint, and keeps its last good checkpoint', async () => {
    await start('diverging');
    const { trialIds } = await scenario.launch('diverging', {
      ...grid,
      optimizer: 'sgd',
      momentum: 0,
      // Turns the weights round at every step, 1.15 times as large: the first epoch is over before that is too much.
      learningRate: 0.01,
      weightDecay: 215,
    });
    const trial = await ended(trialIds[0]);
    expect(trial).toMatchObject({ state: 'FAILED', attempt: 1, cause: { code: 'diverged' } });
    expect(trial.cause?.hint).toContain('learning rate');
    expect(trial.cause?.step).toBeGreaterThan(15);
    const checkpoints = await database.getRepository(Checkpoint).findBy({ trialId: trial.id });
    expect(checkpoints.length).toBeGreaterThan(0);
    for (const checkpoint of checkpoints) {
      expect(checkpoint.step).toBeLessThan(trial.cause!.step!);
      expect((await readCheckpoint(store, checkpoint)).engine.length).toBeGreaterThan(0);
    }
  });

  it('gives up on a trial whose process is killed three times, and says how it ended', async () => {
    const trainer = await start('unlucky');
    const { trialIds } = await scenario.launch('unlucky', { ...grid, epochs: 5000 });
    for (const start of [1, 2, 3]) process.kill(await trainer.child(trialIds[0], start), 'SIGKILL');
    const trial = await ended(trialIds[0]);
    expect(trial).toMatchObject({ state: 'FAILED', attempt: 3, cause: { code: 'crashed' } });
    expect(trial.cause?.message).toContain('signal SIGKILL');
  });

  it('shares the work with another, each on several slots', async () => {
    await Promise.all([start('left', 2), start('right', 2)]);
    const { trialIds } = await scenario.launch('shared', {
      ...grid,
      epochs: 12,
      earlyStopping: 3,
      seed: [1, 2, 3, 4, 5, 6],
    });
    const trials = await Promise.all(trialIds.map(ended));
    expect(trials.map((trial) => trial.state)).toEqual(Array(6).fill('COMPLETED'));
    expect(trials.map((trial) => trial.attempt)).toEqual(Array(6).fill(1));
    expect(new Set(trials.map((trial) => trial.trainerId)).size).toBe(2);
    for (const { epoch, bestEpoch } of trials) expect(epoch === 12 || epoch === bestEpoch! + 3).toBe(true);
  });
});
