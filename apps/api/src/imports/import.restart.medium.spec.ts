import { type ChildProcess, fork } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { RatchetClient } from '@ratchet/contracts';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openPicture, sampleZip } from '@ratchet/testing';
import { ImportsScenario, newDataset, upload } from './imports.scenario';

// Real: the API as a process of its own, as built, killed without warning; PostgreSQL, Redis, the directory store.

const entry = path.resolve(__dirname, '../../../../dist/apps/api/src/main.js');
const IMAGES = 150;

const archive = async () =>
  sampleZip(
    await Promise.all(
      Array.from({ length: IMAGES }, async (_, i) => ({
        name: `${i % 2 ? 'odd' : 'even'}/${i}.png`,
        content: await openPicture(300 + i, 300)
          .png({ compressionLevel: 1 })
          .toBuffer(),
      })),
    ),
  );

describe('an API that is killed in the middle of an import', () => {
  let stack: TestStack;
  let scenario: ImportsScenario;
  const processes: ChildProcess[] = [];
  beforeAll(async () => {
    stack = await startTestStack();
    scenario = await ImportsScenario.lay(stack);
  });
  afterAll(async () => {
    processes.forEach((child) => child.kill('SIGKILL'));
    await scenario.stop();
    await stack.stop();
  });

  const startProcess = async (): Promise<{ child: ChildProcess; client: RatchetClient }> => {
    const child = fork(entry, [], { env: { ...process.env, ...scenario.environment }, stdio: 'ignore' });
    processes.push(child);
    const url = await new Promise<string>((resolve, reject) => {
      child.once('message', (message: { url: string }) => resolve(message.url));
      child.once('exit', (code) => reject(new Error(`the API ended with ${code} before it was ready`)));
    });
    return { child, client: await scenario.clientOf(url) };
  };
  const storedImages = async () => {
    const images = path.join(stack.objectsDirectory, 'objects', 'images');
    const folders = await fs.readdir(images).catch(() => []);
    return (await Promise.all(folders.map((name) => fs.readdir(path.join(images, name))))).flat().length;
  };

  it('takes it up again and makes the version it would have made', async () => {
    const zip = await archive();
    const first = await startProcess();
    const dataset = await newDataset(first.client);
    const { id } = await upload(first.client, dataset.id, zip);
    while ((await storedImages()) < IMAGES / 4) await new Promise(setImmediate);
    const exited = new Promise((resolve) => first.child.once('exit', resolve));
    first.child.kill('SIGKILL');
    await exited;
    expect(await storedImages()).toBeLessThan(IMAGES);

    const second = await startProcess();
    expect((await second.client.get('imports', id)).state).toBe('RUNNING');
    const ended = await scenario.ended(second.client, id);
    expect(ended).toMatchObject({ state: 'COMPLETED', report: { accepted: IMAGES, duplicates: 0, rejected: [] } });
    expect(ended.report?.note).toBeUndefined();

    const again = await scenario.ended(second.client, (await upload(second.client, dataset.id, zip)).id);
    expect(again.datasetVersionId).toBe(ended.datasetVersionId);
    expect((await second.client.get('datasets', dataset.id)).versions).toBe(1);
    const uploads = path.join(stack.objectsDirectory, 'objects', 'uploads');
    expect(await fs.readdir(uploads).catch(() => [])).toEqual([]);
  }, 120_000);
});
