import { createHash } from 'node:crypto';
import type { GateRules, Hyperparameters } from '@ratchet/domain';
import { defaultHyperparameters } from '@ratchet/domain';
import type { DataSource } from 'typeorm';
import { newId } from '../columns';
import {
  Dataset,
  DatasetItem,
  DatasetVersion,
  Experiment,
  Image,
  Network,
  NetworkVersion,
  Task,
  Trainer,
  Trial,
} from '../entities';
import type { GatedCandidate } from './candidate-gate.repository';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const classes = ['good', 'crack', 'stain'];

/** A task with a gate set, an experiment and trials, written straight into the tables: the ground for specs. */
export class GateScenario {
  private constructor(
    readonly database: DataSource,
    readonly taskId: string,
    readonly trialIds: readonly string[],
    readonly trainerId: string,
    /** In manifest order. */
    readonly labels: readonly number[],
  ) {}

  static async lay(
    database: DataSource,
    options: { trials?: number; gateImages?: number; imagesPerGroup?: number; rules?: Partial<GateRules> } = {},
  ): Promise<GateScenario> {
    const name = `t-${newId()}`;
    const gateImages = options.gateImages ?? 30;
    const imagesPerGroup = options.imagesPerGroup ?? 1;
    const hashes = Array.from({ length: gateImages }, (_, i) => sha256(`${name}/${i}`)).sort();
    const labels = hashes.map((_, i) => i % classes.length);
    return database.transaction(async (manager) => {
      const dataset = await manager.save(manager.create(Dataset, { id: newId(), name }));
      const version = await manager.save(
        manager.create(DatasetVersion, {
          id: newId(),
          datasetId: dataset.id,
          version: 1,
          digest: sha256(name),
          classes,
          counts: classes.map(() => ({ train: 0, validation: 0, gate: gateImages / classes.length })),
          images: gateImages,
          groups: Math.ceil(gateImages / imagesPerGroup),
        }),
      );
      await manager.insert(
        Image,
        hashes.map((hash) => ({ sha256: hash, bytes: 1, width: 8, height: 8, channels: 1, format: 'png' })),
      );
      await manager.insert(
        DatasetItem,
        hashes.map((hash, i) => ({
          datasetVersionId: version.id,
          sha256: hash,
          class: labels[i],
          split: 'gate' as const,
          group: imagesPerGroup === 1 ? hash : `lot ${Math.floor(i / imagesPerGroup)}`,
          file: `${i}.png`,
        })),
      );
      const network = await manager.save(manager.create(Network, { id: newId(), name }));
      const networkVersion = await manager.save(
        manager.create(NetworkVersion, {
          id: newId(),
          networkId: network.id,
          version: 1,
          digest: sha256(name),
          spec: { kind: 'zoo', name: 'mlp', args: {} },
          description: {
            input: { height: 8, width: 8, channels: 1 },
            classes: classes.length,
            layers: [],
            parameters: 0,
            flops: 0,
          },
        }),
      );
      const task = await manager.save(
        manager.create(Task, {
          id: newId(),
          name: `t${sha256(name).slice(0, 20)}`,
          title: name,
          classes,
          input: { height: 8, width: 8, channels: 1 },
          gateDatasetVersionId: version.id,
          gateImages,
          ...options.rules,
        } as Partial<Task>),
      );
      const experiment = await manager.save(
        manager.create(Experiment, {
          id: newId(),
          name,
          taskId: task.id,
          datasetVersionIds: [version.id],
          networkVersionIds: [networkVersion.id],
          hyperparameterSetIds: [newId()],
          createdBy: 'spec',
        }),
      );
      const trials = Array.from({ length: options.trials ?? 1 }, (_, seed) =>
        manager.create(Trial, {
          id: newId(),
          experimentId: experiment.id,
          taskId: task.id,
          datasetVersionId: version.id,
          networkVersionId: networkVersion.id,
          hyperparameters: defaultHyperparameters as Hyperparameters,
          hyperparametersDigest: sha256('defaults'),
          seed,
        }),
      );
      await manager.save(trials);
      const trainer = await manager.save(
        manager.create(Trainer, {
          id: newId(),
          host: 'here',
          device: 'cpu',
          slots: 1,
          startedAt: new Date(),
          lastHeartbeatAt: new Date(),
        }),
      );
      return new GateScenario(
        database,
        task.id,
        trials.map((trial) => trial.id),
        trainer.id,
        labels,
      );
    });
  }

  get holder() {
    return { trainerId: this.trainerId, name: 'spec' };
  }

  task = (): Promise<Task> => this.database.getRepository(Task).findOneByOrFail({ id: this.taskId });
  trial = (id = this.trialIds[0]): Promise<Trial> => this.database.getRepository(Trial).findOneByOrFail({ id });

  /** A candidate that errs on exactly the given gate images. */
  candidate(wrong: readonly number[], other: Partial<GatedCandidate> = {}): GatedCandidate {
    return {
      sha256: sha256(newId()),
      bytes: 1000,
      input: { height: 8, width: 8, channels: 1 },
      classes,
      parameters: 10,
      flops: 20,
      opset: 17,
      maxAbsDifference: 1e-7,
      epoch: 1,
      validationAccuracy: 0.9,
      latencyMs: 0.5,
      predictions: Uint8Array.from(this.labels, (label, i) => (wrong.includes(i) ? (label + 1) % 3 : label)),
      ...other,
    };
  }
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
