import { createHash } from 'node:crypto';
import type { RatchetClient } from '@ratchet/contracts';
import {
  CandidateGate,
  Dataset,
  DatasetItem,
  DatasetVersion,
  type DataSource,
  Image,
  newId,
  Trainer,
  TrialLeases,
} from '@ratchet/database';
import type { ObjectStore } from '@ratchet/domain';
import { publishModel, sha256Of, type TestModel } from '@ratchet/testing';

/** What a promotion ordered. */
export interface OrderedModel {
  readonly generation: number;
  readonly digest: string;
}

/**
 * A task that gets one champion after the other by the gate's own transaction, as a trainer would bring it about. Every
 * candidate is right about one gate image more than the one before it; nothing is trained.
 */
export class PromotedTask {
  private promoted = 0;
  private nextTrial = 0;

  private constructor(
    readonly id: string,
    readonly name: string,
    private readonly database: DataSource,
    private readonly store: ObjectStore,
    private readonly trialIds: readonly string[],
    private readonly trainerId: string,
    private readonly labels: readonly number[],
  ) {}

  /** @param promotions how many may be tried, 64 at most */
  static async lay(
    { database, store, client }: { database: DataSource; store: ObjectStore; client: RatchetClient },
    name: string,
    model: Pick<TestModel, 'input' | 'classes'>,
    promotions: number,
  ): Promise<PromotedTask> {
    const { versionId, labels } = await layGateSet(
      database,
      name,
      model.classes,
      Math.max(promotions, model.classes.length),
    );
    const { input } = model;
    const task = await client.create('tasks', { name, title: name, datasetVersionId: versionId, input: { ...input } });
    const spec = { kind: 'zoo', name: 'mlp', args: {} } as const;
    const network = await client.create('networks', { name, spec, classes: model.classes.length });
    const seed = Array.from({ length: promotions }, (_, i) => i);
    const set = await client.create('hyperparameter-sets', { name, grid: { epochs: 1, seed } });
    const experiment = await client.create('experiments', {
      name,
      taskId: task.id,
      datasetVersionIds: [versionId],
      networkVersionIds: [network.latestVersionId],
      hyperparameterSetIds: [set.id],
    });
    const trials = await client.list('trials', {
      filter: { experimentId: experiment.id },
      range: [0, promotions - 1],
    });
    const trainerId = newId();
    const now = new Date();
    const trainer = { id: trainerId, host: 'bench', device: 'cpu', slots: 1, startedAt: now, lastHeartbeatAt: now };
    await database.manager.insert(Trainer, trainer);
    const trialIds = trials.rows.map((trial) => trial.id);
    return new PromotedTask(task.id, name, database, store, trialIds, trainerId, labels);
  }

  /** Stores a model as an export does, before anything is decided. */
  async publish(model: TestModel): Promise<void> {
    await publishModel(this.store, model);
  }

  /** Resolves when the promotion of a published model is committed. */
  async promote(model: TestModel): Promise<OrderedModel> {
    const trialId = this.trialIds[this.nextTrial];
    if (!trialId) throw new Error('no trial is left to promote from');
    const order = await new TrialLeases(this.database).take(trialId, { trainerId: this.trainerId, name: 'bench' });
    this.nextTrial++;
    if (!order) throw new Error(`trial ${trialId} cannot be taken`);
    const { input, classes } = model;
    const digest = sha256Of(model.onnx);
    const predictions = Uint8Array.from(this.labels, (label, i) =>
      i <= this.promoted ? label : (label + 1) % classes.length,
    );
    const { promotion } = await new CandidateGate(this.database).decide(
      order.lease,
      {
        sha256: digest,
        bytes: model.onnx.byteLength,
        input,
        classes,
        parameters: 0,
        flops: 0,
        opset: 17,
        maxAbsDifference: 0,
        epoch: 1,
        validationAccuracy: 0.5,
        latencyMs: 1,
        predictions,
      },
      'bench',
    );
    if (promotion.generation === null) throw new Error(`not promoted: ${promotion.reason}`);
    this.promoted++;
    return { generation: promotion.generation, digest };
  }

  /** Whether so many inferencers have reported that they serve the generation. */
  async servedBy(inferencers: number, { generation }: OrderedModel): Promise<boolean> {
    const [{ count }] = (await this.database.query(
      `SELECT count(*) FROM inferencers, jsonb_array_elements(models) model
        WHERE model->>'task' = $1 AND (model->>'generation')::int = $2 AND model->>'state' = 'SERVING'`,
      [this.name, generation],
    )) as { count: string }[];
    return Number(count) >= inferencers;
  }
}

async function layGateSet(database: DataSource, name: string, classes: readonly string[], images: number) {
  const hashes = Array.from({ length: images }, (_, i) => createHash('sha256').update(`${name}/${i}`).digest('hex'));
  hashes.sort(); // the order in which predictions are kept
  const labels = hashes.map((_, i) => i % classes.length);
  const versionId = newId();
  const datasetId = newId();
  await database.transaction(async (manager) => {
    await manager.insert(Dataset, { id: datasetId, name });
    await manager.insert(DatasetVersion, {
      id: versionId,
      datasetId,
      version: 1,
      digest: createHash('sha256').update(name).digest('hex'),
      classes: [...classes],
      counts: classes.map((_, c) => ({ train: 0, validation: 0, gate: labels.filter((l) => l === c).length })),
      images,
      groups: images,
    });
    await manager.insert(
      Image,
      hashes.map((sha256) => ({ sha256, bytes: 1, width: 8, height: 8, channels: 1, format: 'png' })),
    );
    await manager.insert(
      DatasetItem,
      hashes.map((sha256, i) => ({
        datasetVersionId: versionId,
        sha256,
        class: labels[i],
        split: 'gate' as const,
        group: sha256,
        file: `${i}.png`,
      })),
    );
  });
  return { versionId, labels };
}
