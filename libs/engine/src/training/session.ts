import { createHash } from 'node:crypto';
import { setBackend, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  type Hyperparameters,
  type ImageShape,
  InvalidInput,
  learningRateAt,
  type ModelManifest,
  type NetworkSpec,
  RatchetError,
} from '@ratchet/domain';
import type { TrainingRunner } from '../devices/device';
import { chooseDevice, type DeviceChoice, type DeviceName } from '../devices/device.choice';
import { exportBytes, exportVerified } from '../export/exporter';
import { buildNetwork } from '../networks/network.builder';
import { openServingModel, type ServingModel } from '../serving.model';
import { versions } from '../versions';
import type { LabelledImages } from './batch.feeds';
import { type CheckpointHeader, readCheckpoint, writeCheckpoint } from './checkpoint';
import { type Evaluation, evaluateModel } from './evaluation';
import { checkLabels } from './label.check';
import { checkMemory } from './memory.estimate';
import { type TrainingProgram, trainingProgram } from './program';

export interface TrainingOptions {
  readonly network: NetworkSpec;
  readonly input: ImageShape;
  readonly classes: readonly string[];
  readonly hyperparameters: Hyperparameters;
  /** Of several the first that works here. */
  readonly device: DeviceName | readonly DeviceName[];
  /** CPU threads to compute with. */
  readonly threads: number;
  readonly train: ImageSet;
  readonly validation: ImageSet;
  /** Memory the training may take, in bytes; default: no limit. */
  readonly memory?: number;
  /** Told the estimate of what the training takes, in bytes; nothing large is built before it resolves. */
  readonly reserve?: (bytes: number) => Promise<void>;
  /** Names and digests for the metadata of exported files: of the data, of what asked for the training. */
  readonly provenance?: Readonly<Record<string, string>>;
  /** Continue from here instead of starting anew. */
  readonly checkpoint?: Uint8Array;
}

/** Row-major uint8 [count, height, width, channels] and a class number per image. */
export interface ImageSet {
  readonly images: Uint8Array;
  readonly labels: Uint8Array | Int32Array;
}

export interface ChunkResult {
  /** Number of the chunk's first step, counted from 0 over the whole training. */
  readonly firstStep: number;
  /** Mean loss of each step done. */
  readonly losses: Float32Array;
  /** Share of each step's images classified rightly, as trained on (augmented, with dropout). */
  readonly accuracies: Float32Array;
  /** Of the chunk's last step. */
  readonly learningRate: number;
}

/** One training under way. Not for concurrent use: await each call before the next. */
export interface TrainingSession {
  readonly device: string;
  /** Why this device. */
  readonly deviceReason: string;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Steps completed. */
  readonly step: number;
  /**
   * Trains for at most `maxSteps` steps or about `targetMs` milliseconds (default 500), never across an epoch's end.
   * Blocks its thread meanwhile. Throws RatchetError `diverged` when a loss is not finite; the session is of no more
   * use then.
   */
  runChunk(options?: { maxSteps?: number; targetMs?: number }): Promise<ChunkResult>;
  /** Images that a forward pass may take at once and stay within the memory that the training was estimated to take. */
  readonly forwardBatch: number;
  /** Measures the exported form of the present weights. */
  evaluate(which: 'train' | 'validation'): Promise<Evaluation>;
  /**
   * All of the training's state; continuing from it gives the very same numbers on the same device and thread count.
   * Throws RatchetError `diverged` when the last step left a number that is not finite, so that no such state is kept.
   */
  checkpoint(): Uint8Array;
  /** SHA-256 of the present weights. */
  weightsDigest(): string;
  exportModel(): Promise<{ onnx: Uint8Array; manifest: ModelManifest }>;
  dispose(): Promise<void>;
}

/**
 * Prepares a training. Throws InvalidInput for a network, data or checkpoint that do not fit together, and RatchetError
 * `too_large` for one that would not fit into memory.
 */
export async function openTraining(options: TrainingOptions): Promise<TrainingSession> {
  const { network, input, classes, hyperparameters: h } = options;
  const sets = { train: labelled(options, 'train'), validation: labelled(options, 'validation') };
  const choice = await chooseDevice(options.device, options.threads);
  const bytes = await estimated(options);
  await options.reserve?.(bytes);
  const model = await buildNetwork(network, input, classes.length, h.seed);
  try {
    const program = trainingProgram(model, h, sets.train);
    const runner = await choice.device.open(program);
    const session = new Session(options, sets, choice, model, program, runner);
    if (options.checkpoint) session.restore(options.checkpoint);
    return session;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Looks at the network without its weights, which cost next to nothing as long as they are all zero. */
async function estimated({ network, input, classes, hyperparameters, ...options }: TrainingOptions): Promise<number> {
  const outline = await buildNetwork(network, input, classes.length);
  const images = options.train.images.length + options.validation.images.length;
  try {
    return checkMemory(outline, hyperparameters, images, options.memory ?? Infinity);
  } finally {
    outline.dispose();
  }
}

function labelled({ input, classes, ...sets }: TrainingOptions, which: 'train' | 'validation'): LabelledImages {
  const data = { shape: input, classes: classes.length, ...sets[which] };
  checkLabels(which, data);
  return data;
}

/** More at once are not faster. */
const LARGEST_FORWARD_BATCH = 64;

class Session implements TrainingSession {
  step = 0;
  readonly device: string;
  readonly deviceReason: string;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly forwardBatch: number;
  private msPerStep = 0;
  private served?: { step: number; model: ServingModel };

  constructor(
    private readonly options: TrainingOptions,
    private readonly sets: Readonly<Record<'train' | 'validation', LabelledImages>>,
    private readonly choice: DeviceChoice,
    private readonly model: LayersModel,
    private readonly program: TrainingProgram,
    private readonly runner: TrainingRunner,
  ) {
    this.device = choice.device.name;
    this.deviceReason = choice.reason;
    this.stepsPerEpoch = program.stepsPerEpoch;
    this.totalSteps = program.stepsPerEpoch * options.hyperparameters.epochs;
    this.forwardBatch = Math.min(LARGEST_FORWARD_BATCH, program.batchSize);
  }

  async runChunk({ maxSteps = Infinity, targetMs = 500 } = {}): Promise<ChunkResult> {
    const firstStep = this.step;
    const left = this.stepsPerEpoch - (firstStep % this.stepsPerEpoch);
    const affordable = this.msPerStep === 0 ? 2 : Math.max(1, Math.round(targetMs / this.msPerStep));
    const count = Math.max(1, Math.min(left, maxSteps, affordable));
    const started = performance.now();
    const { losses, correct } = await this.runner.run(firstStep, count);
    this.msPerStep = (performance.now() - started) / count;
    const learningRate = this.learningRateAt(firstStep + losses.length - 1);
    const last = losses[losses.length - 1];
    if (!Number.isFinite(last)) throw diverged(`The loss became ${last}`, firstStep + losses.length - 1, learningRate);
    this.step += count;
    return { firstStep, losses, accuracies: correct.map((hits) => hits / this.program.batchSize), learningRate };
  }

  async evaluate(which: 'train' | 'validation'): Promise<Evaluation> {
    if (this.served?.step !== this.step) {
      await this.served?.model.dispose();
      const bytes = await this.withServedWeights(async () =>
        exportBytes({ ...this.exportRequest(), model: this.model }),
      );
      this.served = { step: this.step, model: await openServingModel(bytes, { threads: this.options.threads }) };
    }
    return evaluateModel(this.served.model, this.sets[which], this.forwardBatch);
  }

  checkpoint(): Uint8Array {
    const values = this.runner.read();
    const step = Math.max(0, this.step - 1);
    for (const value of values.values())
      if (!allFinite(value)) throw diverged('A weight left the finite numbers', step, this.learningRateAt(step));
    return writeCheckpoint({ step: this.step, fingerprint: this.fingerprint(), versions }, values);
  }

  restore(bytes: Uint8Array): void {
    const { header, values } = readCheckpoint(bytes);
    this.checkFits(header);
    this.runner.write(values);
    this.step = header.step;
  }

  weightsDigest(): string {
    const hash = createHash('sha256');
    for (const [name, value] of this.runner.read())
      if (!name.startsWith('slot/'))
        hash.update(name).update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return hash.digest('hex');
  }

  async exportModel(): Promise<{ onnx: Uint8Array; manifest: ModelManifest }> {
    return this.withServedWeights(() =>
      exportVerified({
        ...this.exportRequest(),
        model: this.model,
        images: this.sets.validation.labels.length > 0 ? this.sets.validation : this.sets.train,
        strategy: this.choice.forward,
        threads: this.options.threads,
      }),
    );
  }

  async dispose(): Promise<void> {
    await this.served?.model.dispose();
    await this.runner.dispose();
    this.program.dispose();
    this.model.dispose();
  }

  private exportRequest() {
    const { input, classes, provenance } = this.options;
    return {
      input,
      statistics: this.program.statistics,
      classes,
      provenance: { ...provenance, fingerprint: this.fingerprint(), step: String(this.step), device: this.device },
    };
  }

  /** Runs `use` while the tfjs model holds the weights to serve: their moving average, if there is one. */
  private async withServedWeights<T>(use: () => Promise<T>): Promise<T> {
    const values = this.runner.read();
    const assign = (kinds: readonly string[]) =>
      tidy(() =>
        this.model.weights.forEach((weight, index) => {
          const value = kinds.map((kind) => values.get(`${kind}/${index}`)).find((found) => found);
          if (value) weight.write(tensor(value, weight.shape as number[]));
        }),
      );
    await setBackend('cpu');
    assign(['average', 'weight']);
    try {
      return await use();
    } finally {
      assign(['weight']);
    }
  }

  private learningRateAt(step: number): number {
    return learningRateAt(this.options.hyperparameters, step, this.stepsPerEpoch);
  }

  private fingerprint(): string {
    const { network, input, classes, hyperparameters, train } = this.options;
    return createHash('sha256')
      .update(JSON.stringify([network, input, classes, hyperparameters, train.labels.length]))
      .digest('hex');
  }

  private checkFits(header: CheckpointHeader): void {
    if (header.fingerprint !== this.fingerprint())
      throw new InvalidInput(
        'checkpoint',
        'belongs to another training: its network, classes, hyperparameters or data differ',
      );
  }
}

/** Nothing times 0 is anything but 0, unless it is not finite: quicker than asking each. */
function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (const value of values) sum += value * 0;
  return sum === 0;
}

const diverged = (what: string, step: number, learningRate: number) =>
  new RatchetError(
    'diverged',
    `${what} at step ${step} with a learning rate of ${learningRate}. ` +
      `Lower the learning rate, lengthen warmupEpochs or set clipNorm.`,
    { step, learningRate, hint: 'Lower the learning rate, lengthen warmupEpochs or set clipNorm.' },
  );
