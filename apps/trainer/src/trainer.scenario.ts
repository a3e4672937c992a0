import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { childEnvironment } from '@ratchet/config';
import {
  DatasetRepository,
  type DataSource,
  ExperimentRepository,
  HyperparameterSetRepository,
  ImportRepository,
  listenLive,
  NetworkRepository,
  TaskRepository,
  Trial,
} from '@ratchet/database';
import {
  manifestLines,
  objectKeys,
  type HyperparameterGrid,
  type ImageShape,
  type ManifestEntry,
  type ObjectStore,
} from '@ratchet/domain';
import { encodePng } from '@ratchet/imaging';

const shape: ImageShape = { height: 12, width: 12, channels: 1 };
const classes = ['lines', 'columns', 'checks'];
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** Stripes across, stripes down or both, in noise that makes them learnable but not at once. */
function pattern(cls: number, seed: number): Uint8Array {
  let state = seed * 2654435761 + 1;
  const noise = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * 150;
  return Uint8Array.from({ length: shape.height * shape.width }, (_, i) => {
    const [y, x] = [Math.floor(i / shape.width), i % shape.width];
    const bright = [y % 4 < 2, x % 4 < 2, y % 4 < 2 === x % 4 < 2][cls];
    return Math.round((bright ? 105 : 0) + noise());
  });
}

/** A dataset and a network on real services; each spec launches an experiment of its own on them. */
export class TrainerScenario {
  private constructor(
    private readonly database: DataSource,
    private readonly versionId: string,
    private readonly networkId: string,
    readonly datasetDigest: string,
  ) {}

  static async lay(database: DataSource, store: ObjectStore): Promise<TrainerScenario> {
    const files = await Promise.all(
      Array.from({ length: 150 }, async (_, i) => ({ cls: i % 3, png: await encodePng(pattern(i % 3, i + 1), shape) })),
    );
    const entries: ManifestEntry[] = [];
    for (const [i, { cls, png }] of files.entries()) {
      const hash = sha256(png);
      await store.put(objectKeys.image(hash), png);
      const split = i < 90 ? 'train' : i < 120 ? 'validation' : 'gate';
      entries.push({ sha256: hash, class: cls, split, group: hash, file: `${i}.png` });
    }
    const manifest = [...manifestLines(classes, entries)].join('');
    const digest = sha256(manifest);
    await store.put(objectKeys.manifest(digest), Buffer.from(manifest));

    const dataset = await new DatasetRepository(database).create({ name: 'patterns', description: '' });
    const imports = new ImportRepository(database);
    const { id } = await imports.create({
      datasetId: dataset.dataset.id,
      fileName: 'patterns.zip',
      uploadKey: 'uploads/none',
      bytes: 1,
      options: { fileName: 'patterns.zip', shares: { train: 0.6, validation: 0.2, gate: 0.2 }, seed: 1, exclude: [] },
    });
    await imports.start(id);
    const images = entries.map((entry) => ({
      sha256: entry.sha256,
      bytes: 1,
      width: shape.width,
      height: shape.height,
      channels: 1,
      format: 'png',
    }));
    const draft = { digest, classes, entries, images, progress: {} };
    const version = await imports.complete(id, draft, () => ({
      classes: {},
      accepted: entries.length,
      duplicates: 0,
      ignored: 0,
      rejected: [],
      conflicts: [],
    }));
    const network = await new NetworkRepository(database).create(
      { name: 'lenet', description: '' },
      {
        spec: { kind: 'zoo', name: 'mlp', args: { units: 24 } },
        digest: sha256('mlp'),
        description: { input: shape, classes: classes.length, layers: [], parameters: 0, flops: 0 },
      },
    );
    return new TrainerScenario(database, version!.versionId, network.latest.id, digest);
  }

  /** A task of its own with one trial for every cell of the grid. */
  async launch(name: string, grid: HyperparameterGrid): Promise<{ taskId: string; trialIds: readonly string[] }> {
    const task = await new TaskRepository(this.database).create({
      name,
      title: name,
      description: '',
      datasetVersionId: this.versionId,
      input: shape,
      criticalClasses: [],
      escapeTolerance: 0,
      minimumGateImagesPerClass: 1,
      policy: 'every-improvement',
      latencyBudgetMs: 1000,
    });
    const set = await new HyperparameterSetRepository(this.database).create({ name, description: '', grid });
    const { trialIds } = await new ExperimentRepository(this.database).launch(
      name,
      {
        taskId: task.id,
        datasetVersionIds: [this.versionId],
        networkVersionIds: [this.networkId],
        hyperparameterSetIds: [set.id],
      },
      'spec',
    );
    return { taskId: task.id, trialIds };
  }

  trial = (id: string): Promise<Trial> => this.database.getRepository(Trial).findOneByOrFail({ id });

  /** Resolves with the trial once `holds` of it; looks again at every live event about it. */
  async until(databaseUrl: string, id: string, holds: (trial: Trial) => boolean): Promise<Trial> {
    let look: () => void = () => undefined;
    const seen = new Promise<Trial>((resolve, reject) => {
      look = () => void this.trial(id).then((trial) => holds(trial) && resolve(trial), reject);
    });
    const listener = await listenLive(databaseUrl, {
      onEvent: (event) => event.type === 'trial' && event.id === id && look(),
    });
    look();
    return seen.finally(() => listener.close());
  }
}

/** The built trainer in a process of its own, as it is started in production. */
export class TrainerProcess {
  private readonly starts = new Map<string, number[]>();
  private readonly waiting: (() => void)[] = [];
  readonly output: string[] = [];

  private constructor(readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => this.hear(line));
  }

  static async start(environment: Readonly<Record<string, string>>): Promise<TrainerProcess> {
    const main = path.resolve(__dirname, '../../../dist/apps/trainer/src/main.js');
    const trainer = new TrainerProcess(
      fork(main, { env: childEnvironment(environment), execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }),
    );
    await new Promise<void>((resolve, reject) => {
      trainer.process.once('message', () => resolve());
      trainer.process.once('exit', (code) =>
        reject(new Error(`The trainer ended with ${code}:\n${trainer.output.join('\n')}`)),
      );
    });
    return trainer;
  }

  /** Process id of the child that this trainer started for a trial, the first one or a later one, once it has. */
  async child(trialId: string, start = 1): Promise<number> {
    while ((this.starts.get(trialId)?.length ?? 0) < start) await new Promise<void>((wake) => this.waiting.push(wake));
    return this.starts.get(trialId)![start - 1];
  }

  /** Resolves once its log holds `words`. */
  async said(words: string): Promise<void> {
    while (!this.output.some((line) => line.includes(words)))
      await new Promise<void>((wake) => this.waiting.push(wake));
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await ended;
  }

  private hear(line: string): void {
    this.output.push(line);
    if (line.startsWith('{')) {
      const { msg, trialId, pid } = JSON.parse(line) as { msg: string; trialId: string; pid: number };
      if (msg === 'trial starts') this.starts.set(trialId, [...(this.starts.get(trialId) ?? []), pid]);
    }
    this.waiting.splice(0).forEach((wake) => wake());
  }
}
