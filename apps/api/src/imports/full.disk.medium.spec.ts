import fs from 'node:fs/promises';
import path from 'node:path';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { pictureFolder, refusalOf, sampleZip, SmallDisk } from '@ratchet/testing';
import type { RunningApi } from '../application';
import { ImportsScenario, newDataset, upload } from './imports.scenario';

// Real: HTTP, PostgreSQL, Redis, the directory object store on a file system without room.

const itOnASmallDisk = SmallDisk.possible() ? it : it.skip;

itOnASmallDisk(
  'refuses an upload its full disk cannot hold, with the mend, and takes it once there is room',
  async () => {
    const stack: TestStack = await startTestStack();
    const disk = SmallDisk.mount(stack.objectsDirectory, 4 * 2 ** 20);
    let api: RunningApi | undefined;
    const scenario = await ImportsScenario.lay(stack);
    try {
      api = await scenario.startApi();
      const client = await scenario.clientOf(api.url);
      const [good, bad] = await Promise.all([pictureFolder('set/good', 0, 12), pictureFolder('set/bad', 100, 8)]);
      const archive = sampleZip([...good, ...bad]);
      const dataset = await newDataset(client);
      disk.fill();
      expect(await refusalOf(upload(client, dataset.id, archive))).toMatchObject({
        status: 503,
        code: 'unavailable',
        message: expect.stringMatching(/The object directory .* is unavailable\. Its disk is full: free some space\./),
      });
      expect((await client.list('imports')).total).toBe(0);
      const incoming = path.join(stack.objectsDirectory, 'incoming');
      expect(await fs.readdir(incoming).catch(() => [])).toEqual([]);
      disk.free();
      const taken = await upload(client, dataset.id, archive);
      expect(await scenario.ended(client, taken.id)).toMatchObject({ state: 'COMPLETED' });
    } finally {
      await api?.close();
      await scenario.stop();
      disk.unmount();
      await stack.stop();
    }
  },
  120_000,
);
