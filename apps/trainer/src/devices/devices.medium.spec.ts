import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { migrate, openDatabase, Trainer, TrialRepository, type DataSource, type Trial } from '@ratchet/database';
import { isTerminal, objectKeys, type ObjectStore } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import { trainerId } from '../trainer.identity';
import { TrainerProcess, TrainerScenario } from '../trainer.scenario';

const grid = { epochs: 12, batchSize: 6, learningRate: 0.001, seed: 11 };
const STEPS = 12 * 15;

/** A Vulkan implementation in software, as Debian's chromium brings it. */
const chromium = '/usr/lib/chromium';
const softwareVulkan = path.join(chromium, 'vk_swiftshader_icd.json');
const tensorflow = path.resolve(__dirname, '../../../../.native/node_modules/@tensorflow/tfjs-node');

const testWhere = (file: string, what: string) => {
  if (existsSync(file)) return test;
  console.warn(`SKIPPED: ${what} is not tested, because ${file} is not there`);
  return test.skip;
};

jest.setTimeout(180_000);

describe('a trainer and its devices', () => {
  let stack: TestStack;
  let database: DataSource;
  let store: ObjectStore;
  let scenario: TrainerScenario;
  let scratch: string;
  const started: TrainerProcess[] = [];

  beforeAll(async () => {
    stack = await startTestStack();
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl);
    store = openObjectStore({ kind: 'directory', directory: stack.objectsDirectory });
    scenario = await TrainerScenario.lay(database, store);
    scratch = await mkdtemp(path.join(os.tmpdir(), 'ratchet-devices-'));
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((trainer) => trainer.end('SIGKILL')));
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  const start = async (name: string, environment: Readonly<Record<string, string>>): Promise<TrainerProcess> => {
    const trainer = await TrainerProcess.start({
      DATABASE_URL: stack.databaseUrl,
      REDIS_URL: stack.redisUrl,
      RATCHET_DATA_DIR: stack.objectsDirectory,
      RATCHET_CACHE_DIR: path.join(scratch, name),
      RATCHET_API_URL: 'http://127.0.0.1:1',
      RATCHET_WORKER_TOKEN: 'f'.repeat(32),
      RATCHET_WORKER_NAME: name,
      RATCHET_THREADS: '1',
      ...environment,
    });
    started.push(trainer);
    return trainer;
  };
  const until = (id: string, holds: (trial: Trial) => boolean) => scenario.until(stack.databaseUrl, id, holds);
  const ended = (id: string) => until(id, ({ state }) => isTerminal(state));
  const log = async (id: string, attempt: number) =>
    String(await buffer(await store.get(objectKeys.trialLog(id, attempt))));

  testWhere(softwareVulkan, 'a GPU that disappears')(
    'lose one in the middle of a trial, which goes on from its checkpoint on the next',
    async () => {
      const driver = path.join(scratch, 'driver.json');
      const description = await readFile(softwareVulkan, 'utf8');
      await writeFile(driver, description.replace(/"\.?\/?(libvk_swiftshader\.so)"/, `"${chromium}/$1"`));
      const trainer = await start('loses-its-gpu', {
        RATCHET_DEVICE: 'webgpu,cpu',
        VK_DRIVER_FILES: driver,
        LD_LIBRARY_PATH: chromium,
        XDG_RUNTIME_DIR: scratch,
      });
      const { trialIds } = await scenario.launch('loses-its-gpu', grid);
      const pid = await trainer.child(trialIds[0]);
      const before = await until(trialIds[0], ({ epoch }) => epoch >= 2);
      expect(before).toMatchObject({ state: 'RUNNING', device: 'webgpu', attempt: 1 });

      await rm(driver);
      process.kill(pid, 'SIGSEGV');
      expect(await ended(trialIds[0])).toMatchObject({ state: 'COMPLETED', step: STEPS, device: 'cpu', attempt: 2 });
      expect(await log(trialIds[0], 1)).toContain('The training process ended with signal SIGSEGV');
      expect(await log(trialIds[0], 2)).toMatch(/Goes on from step \d+ of 180 on cpu .*webgpu cannot be used: /);
      // Nobody but the trial noticed: the same trainer takes the next one.
      const { trialIds: next } = await scenario.launch('after-the-loss', { ...grid, epochs: 1 });
      expect(await ended(next[0])).toMatchObject({ state: 'COMPLETED', device: 'cpu', attempt: 1 });
      expect(trainer.process).toMatchObject({ exitCode: null, signalCode: null });
    },
  );

  testWhere(softwareVulkan, 'a GPU that keeps crashing')(
    'leave out at the last try the one on which two processes ended',
    async () => {
      const trainer = await start('keeps-crashing', {
        RATCHET_DEVICE: 'webgpu,cpu',
        VK_DRIVER_FILES: softwareVulkan,
        LD_LIBRARY_PATH: chromium,
        XDG_RUNTIME_DIR: scratch,
      });
      const { trialIds } = await scenario.launch('keeps-crashing', { ...grid, epochs: 1 });
      for (const nth of [1, 2]) process.kill(await trainer.child(trialIds[0], nth), 'SIGABRT');
      expect(await ended(trialIds[0])).toMatchObject({ state: 'COMPLETED', device: 'cpu', attempt: 3 });
      expect(await log(trialIds[0], 3)).toContain(
        'The training process ended 2 times: the last try does without webgpu.',
      );
    },
  );

  testWhere(tensorflow, 'a trial on TensorFlow')('train a trial to its end on TensorFlow', async () => {
    await start('tensorflow', { RATCHET_DEVICE: 'tensorflow' });
    const { trialIds } = await scenario.launch('tensorflow', grid);
    const trial = await ended(trialIds[0]);
    expect(trial).toMatchObject({ state: 'COMPLETED', step: STEPS, device: 'tensorflow', attempt: 1 });
    expect(trial.bestValidationAccuracy).toBeGreaterThan(0.6);
    expect(await log(trialIds[0], 1)).toMatch(/on tensorflow \(@tensorflow\/tfjs-node(-gpu)? with TensorFlow 2\./);
    expect(await database.getRepository(Trainer).findOneByOrFail({ id: trainerId('tensorflow') })).toMatchObject({
      device: 'tensorflow',
      slots: 1,
    });
  });

  testWhere(softwareVulkan, 'a GPU played by a program')('are never one that a program plays', async () => {
    await start('automatic', {
      RATCHET_DEVICE: 'auto',
      VK_DRIVER_FILES: softwareVulkan,
      LD_LIBRARY_PATH: chromium,
      XDG_RUNTIME_DIR: scratch,
    });
    const { device } = await database.getRepository(Trainer).findOneByOrFail({ id: trainerId('automatic') });
    expect(device).toBe('cpu');
  });

  it('refuse to start on one that is not there, saying why and what would mend it', async () => {
    await expect(start('without', { RATCHET_DEVICE: 'cuda' })).rejects.toThrow(
      /RATCHET_DEVICE: cuda cannot be used: .*npm run setup:gpu/s,
    );
  });

  it('refuse a trial that would not fit into memory before it starts', async () => {
    await start('small', { RATCHET_DEVICE: 'cpu' });
    const { trialIds } = await scenario.launch('too-large', { ...grid, batchSize: 2 ** 40 });
    const trial = await ended(trialIds[0]);
    expect(trial).toMatchObject({ state: 'FAILED', attempt: 1, step: 0, cause: { code: 'too_large' } });
    expect(trial.cause?.message).toMatch(/needs about .* of memory, .* are available.* smaller batchSize/);
  });

  it('let a trial wait that does not fit into the memory beside another, until that one has ended', async () => {
    // About 460 KB by the estimate, so that there is room for one of them.
    const trainer = await start('narrow', {
      RATCHET_DEVICE: 'cpu',
      RATCHET_TRAINER_SLOTS: '2',
      RATCHET_MEMORY: '600000',
    });
    const { trialIds: first } = await scenario.launch('first', { ...grid, epochs: 5000 });
    await until(first[0], ({ epoch }) => epoch >= 1);
    const { trialIds: second } = await scenario.launch('second', { ...grid, epochs: 1 });
    await trainer.said('Waits for memory');
    expect(await scenario.trial(second[0])).toMatchObject({ step: 0, device: null });
    await new TrialRepository(database).cancel(first[0]);
    expect(await ended(second[0])).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    expect(await scenario.trial(first[0])).toMatchObject({ state: 'CANCELLED' });
    expect(await log(second[0], 1)).toMatch(
      /Waits for memory: it needs about 0.4 MiB, other trials leave 0.1 MiB of 0.6 MiB/,
    );
  });
});
