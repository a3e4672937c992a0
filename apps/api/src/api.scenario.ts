import { createHash, randomUUID } from 'node:crypto';
import type { RatchetClient } from '@ratchet/contracts';
import {
  CandidateGate,
  Dataset,
  DatasetItem,
  DatasetVersion,
  type DataSource,
  type GateDecision,
  Image,
  newId,
  openDatabase,
  Trainer,
  TrialLeases,
} from '@ratchet/database';
import { type ModelManifest, type Split, splits } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { ApiProcess } from '@ratchet/testing';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const scenarioClasses = ['good', 'crack'];

export interface ItemOfScenario {
  readonly sha256: string;
  readonly split: Split;
  readonly group: string;
}

/** Brings a model before the gate that errs on `wrong` of its images. */
export type ComeBeforeGate = (model: ModelManifest, wrong?: number) => Promise<GateDecision>;

/** A real API with its servers, for specs that need nothing more. */
export class ApiGround {
  readonly scenario: ApiScenario;

  private constructor(
    readonly stack: TestStack,
    readonly api: ApiProcess,
    readonly database: DataSource,
  ) {
    this.scenario = new ApiScenario(database, api.client);
  }

  static async start(): Promise<ApiGround> {
    const stack = await startTestStack();
    try {
      const api = await ApiProcess.start(stack);
      return new ApiGround(stack, api, await openDatabase(stack.databaseUrl, { poolSize: 4 }));
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.database.destroy();
    await this.api.end();
    await this.stack.stop();
  }
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

  /** Launches an experiment and takes its first trial, as a trainer does. */
  async training(selection: Awaited<ReturnType<ApiScenario['selection']>>): Promise<ComeBeforeGate> {
    const launched = await this.client.create('experiments', selection);
    const { rows } = await this.client.list('trials', { filter: { experimentId: launched.id } });
    const now = new Date();
    const trainer = { id: newId(), host: 'here', device: 'cpu', slots: 1, startedAt: now, lastHeartbeatAt: now };
    await this.database.manager.insert(Trainer, trainer);
    const order = await new TrialLeases(this.database).take(rows[0].id, { trainerId: trainer.id, name: 'spec' });
    const labels: { class: number }[] = await this.database.query(
      `SELECT class FROM dataset_items WHERE dataset_version_id = $1 AND split = 'gate' ORDER BY sha256 COLLATE "C"`,
      [selection.datasetVersionIds[0]],
    );
    return ({ goldens: _goldens, versions: _versions, ...model }, wrong = 0) => {
      const predictions = Uint8Array.from(labels, (row, i) => (i < wrong ? 1 - row.class : row.class));
      const candidate = { ...model, epoch: 1, validationAccuracy: 0.9, latencyMs: 0.5, predictions };
      return new CandidateGate(this.database).decide(order!.lease, candidate, 'spec');
    };
  }
}
