import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { datasetItem, type RatchetClient } from '@ratchet/contracts';
import { defaultShares, splits } from '@ratchet/domain';
import { ensurePack, readManifest } from '@ratchet/imaging';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import { z } from 'zod';
import type { RunningApi } from '../application';
import { ImportsScenario, newDataset, upload } from './imports.scenario';

// Real photographs of real parts, several exposures of each. They are not part of the project.

const data = path.resolve(__dirname, '../../../../../shared/data');
const present = existsSync(path.join(data, 'magnetic-tile.zip'));
if (!present)
  console.warn(`SKIPPED: no photographs of magnetic tiles in ${data}; the import of real images is not tested.`);

const expected = { blowhole: 115, break: 85, crack: 57, fray: 32, free: 952, uneven: 103 };

(present ? describe : describe.skip)('photographs of magnetic tiles', () => {
  let stack: TestStack;
  let scenario: ImportsScenario;
  let api: RunningApi;
  let client: RatchetClient;
  beforeAll(async () => {
    stack = await startTestStack();
    scenario = await ImportsScenario.lay(stack);
    api = await scenario.startApi();
    client = await scenario.clientOf(api.url);
  });
  afterAll(async () => {
    await api.close();
    await scenario.stop();
    await stack.stop();
  });

  it('become a version with no tile in two splits, and packs to train on', async () => {
    const [zip, groupsCsv] = await Promise.all([
      fs.readFile(path.join(data, 'magnetic-tile.zip')),
      fs.readFile(path.join(data, 'magnetic-tile-groups.csv'), 'utf8'),
    ]);
    const started = performance.now();
    const { id } = await upload(client, (await newDataset(client)).id, zip, { groupsCsv });
    const uploaded = performance.now();
    const ended = await scenario.ended(client, id);
    const imported = performance.now();
    expect(ended).toMatchObject({
      state: 'COMPLETED',
      error: null,
      report: { classes: expected, rejected: [], conflicts: [] },
    });

    const version = await client.get('dataset-versions', ended.datasetVersionId!);
    const homes = new Map<string, string>();
    const sizes = new Map<string, number>();
    for (let first = 0; first < version.images; first += 1000) {
      const query = new URLSearchParams({ range: `[${first},${first + 999}]` });
      const items = await client.call(
        'GET',
        `/api/dataset-versions/${version.id}/items?${query}`,
        z.array(datasetItem),
      );
      for (const { group, split } of items) {
        expect(homes.get(group) ?? split).toBe(split);
        homes.set(group, split);
        sizes.set(group, (sizes.get(group) ?? 0) + 1);
      }
    }
    expect(homes.size).toBe(version.groups);
    const largest = Math.max(...sizes.values());
    version.counts.forEach((counts, c) => {
      for (const split of splits) {
        expect(counts[split]).toBeGreaterThan(0);
        const due = Object.values(expected)[c] * defaultShares[split];
        expect(Math.abs(counts[split] - due)).toBeLessThanOrEqual(largest);
      }
    });

    const store = openObjectStore({ kind: 'directory', directory: stack.objectsDirectory });
    const manifest = await readManifest(store, version.digest);
    const shape = { height: 64, width: 64, channels: 1 } as const;
    const packing = performance.now();
    const pack = await ensurePack(store, version.digest, manifest, 'train', shape);
    expect(pack.bytes).toBe(pack.count * 64 * 64);
    const packed = performance.now();
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(2);
    console.info(
      `magnetic tiles: upload ${seconds(started, uploaded)} s, import ${seconds(uploaded, imported)} s, ` +
        `pack of ${pack.count} at 64×64 ${seconds(packing, packed)} s; ${JSON.stringify(version.counts)}`,
    );
  }, 180_000);
});
