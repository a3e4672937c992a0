import { createHash, randomUUID } from 'node:crypto';
import type { RatchetClient } from '@ratchet/contracts';
import { Dataset, DatasetItem, DatasetVersion, type DataSource, Image, newId } from '@ratchet/database';
import { type Split, splits } from '@ratchet/domain';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const scenarioClasses = ['good', 'crack'];

export interface ItemOfScenario {
  readonly sha256: string;
  readonly split: Split;
  readonly group: string;
}

/** The ground for specs: dataset versions straight in the tables, everything else through the API. */
export class ApiScenario {
  constructor(
    private readonly database: DataSource,
    private readonly client: RatchetClient,
  ) {}

  /** Six images, two of each split, one of each class; each its own group unless `items` says otherwise. */
  async datasetVersion({ classes = scenarioClasses, items }: { classes?: string[]; items?: ItemOfScenario[] } = {}) {
    const name = `dataset-${randomUUID()}`;
    const rows =
      items ??
      splits.flatMap((split) =>
        classes.map((label) => {
          const hash = sha256(`${name}/${split}/${label}`);
          return { sha256: hash, split, group: hash };
        }),
      );
    const datasetId = newId();
    const id = newId();
    await this.database.transaction(async (manager) => {
      await manager.insert(Dataset, { id: datasetId, name });
      await manager.insert(DatasetVersion, {
        id,
        datasetId,
        version: 1,
        digest: sha256(name),
        classes,
        counts: classes.map(() => ({ train: 1, validation: 1, gate: 1 })),
        images: rows.length,
        groups: rows.length,
      });
      await manager
        .createQueryBuilder()
        .insert()
        .into(Image)
        .values(rows.map((row) => ({ sha256: row.sha256, bytes: 1, width: 8, height: 8, channels: 1, format: 'png' })))
        .orIgnore()
        .execute();
      await manager.insert(
        DatasetItem,
        rows.map((row, i) => ({
          ...row,
          datasetVersionId: id,
          class: i % classes.length,
          file: `${classes[i % classes.length]}/${i}.png`,
        })),
      );
    });
    return { id, datasetId, name, items: rows };
  }

  task(datasetVersionId: string, change: object = {}) {
    return this.client.create('tasks', {
      name: `task-${randomUUID().slice(0, 8)}`,
      title: 'Die inspection',
      datasetVersionId,
      input: { height: 28, width: 28, channels: 1 },
      ...change,
    });
  }

  network(args: Record<string, number> = {}, classes = scenarioClasses.length) {
    return this.client.create('networks', {
      name: `network-${randomUUID()}`,
      spec: { kind: 'zoo', name: 'mlp', args },
      classes,
    });
  }

  hyperparameters(grid: object = { epochs: 1 }) {
    return this.client.create('hyperparameter-sets', { name: `set-${randomUUID()}`, grid });
  }

  /** Everything an experiment needs, 2 networks and 3 seeds: 6 trials. */
  async selection() {
    const version = await this.datasetVersion();
    const [task, first, second, set] = await Promise.all([
      this.task(version.id),
      this.network(),
      this.network(),
      this.hyperparameters({ seed: [1, 2, 3], epochs: 2 }),
    ]);
    return {
      name: 'sweep',
      taskId: task.id,
      datasetVersionIds: [version.id],
      networkVersionIds: [first.latestVersionId, second.latestVersionId],
      hyperparameterSetIds: [set.id],
    };
  }
}
