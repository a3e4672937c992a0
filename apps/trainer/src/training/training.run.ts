import { openTraining, versions, type TrainingSession } from '@ratchet/engine';
import { NotFound, RatchetError, type ObjectStore, type Split } from '@ratchet/domain';
import type { Ending, RunOrder } from '../child.protocol';
import { placeCandidate, publishCandidate, runOverGate } from './candidate';
import { readCheckpoint, writeCheckpoint, type TrialCheckpoint } from './checkpoint.file';
import { PackCache } from './pack.cache';
import type { ParentLine } from './parent.line';
import { loadSplit, type LabelledPack } from './training.data';
import { TrainingLoop } from './training.loop';

/** One attempt at a trial: data, network, position, then the loop. */
export class TrainingRun {
  private readonly packs: PackCache;
  private session: TrainingSession | null = null;
  private gate: LabelledPack | null = null;

  constructor(
    private readonly order: RunOrder,
    private readonly store: ObjectStore,
    private readonly parent: ParentLine,
  ) {
    this.packs = new PackCache(store, {
      directory: order.packDirectory,
      limitBytes: order.packBytes,
      building: (split, done, total) => {
        if (done === total) parent.log('info', `Packed the ${total} ${split} images at the task's input size.`);
      },
    });
  }

  /** Steps completed, for whoever has to say where a run broke. */
  get step(): number {
    return this.session?.step ?? 0;
  }

  async run(): Promise<Ending> {
    const { order, parent } = this;
    const train = await this.load(order.datasetDigest, 'train');
    const validation = await this.load(order.datasetDigest, 'validation');
    const checkpoint = await this.latestCheckpoint();
    const session = await openTraining({
      network: order.network,
      input: order.input,
      classes: order.classes,
      hyperparameters: order.hyperparameters,
      device: order.devices,
      threads: order.threads,
      memory: order.memory,
      reserve: async (bytes) => void (await parent.ask('memory', { bytes })),
      train,
      validation,
      provenance: { dataset: order.datasetDigest, trial: order.lease.trialId },
      checkpoint: checkpoint?.engine,
    });
    this.session = session;
    const { device, deviceReason, step, totalSteps } = session;
    await parent.ask('started', { device, totalSteps, step, versions: { ...versions } });
    parent.log(
      'info',
      `${step === 0 ? 'Starts' : `Goes on from step ${step}`} of ${totalSteps} on ${device} (${deviceReason}) with ${order.threads} ${order.threads === 1 ? 'thread' : 'threads'}: ${train.labels.length} training and ${validation.labels.length} validation images.`,
    );
    const loop = new TrainingLoop({
      session,
      batchSize: Math.min(order.hyperparameters.batchSize, train.labels.length),
      hyperparameters: order.hyperparameters,
      parent,
      resumed: { best: checkpoint?.best ?? null },
      onBestEpoch: (epoch, validationAccuracy) => this.askTheGate(epoch, validationAccuracy),
      saveCheckpoint: async ({ best }) => {
        const run = { trialId: order.lease.trialId, attempt: order.attempt };
        const record = await writeCheckpoint(this.store, run, session.step, { best, engine: session.checkpoint() });
        await parent.ask('checkpoint', { record, bestStep: best?.step ?? null });
      },
    });
    const ending = await loop.run();
    await session.dispose();
    return ending;
  }

  private load(digest: string, split: Split): Promise<LabelledPack> {
    return loadSplit(this.store, this.packs, digest, split, this.order.input);
  }

  /** The newest checkpoint that can be read whole; a trial that has none starts anew. */
  private async latestCheckpoint(): Promise<TrialCheckpoint | null> {
    for (const record of this.order.checkpoints) {
      try {
        return await readCheckpoint(this.store, record);
      } catch (error) {
        if (!(error instanceof NotFound || (error instanceof RatchetError && error.code === 'corrupt_object')))
          throw error;
        this.parent.log('warn', `${error.message} Looking for an older one.`);
      }
    }
    return null;
  }

  /** Exports, checks and gates the present model, if its validation accuracy is the task's best. */
  private async askTheGate(epoch: number, validationAccuracy: number): Promise<void> {
    const { order, parent } = this;
    if (!this.session || !(await parent.ask('claim', { validationAccuracy }))) return;
    const exported = await this.session.exportModel();
    const { manifest } = exported;
    const file = await placeCandidate(order.scratchDirectory, exported);
    this.gate ??= await this.load(order.gateDigest, 'gate');
    const { predictionsFile, latencyMs } = await runOverGate({
      modelFile: file,
      manifest,
      gate: this.gate,
      batch: this.session.forwardBatch,
      directory: order.scratchDirectory,
    });
    await publishCandidate(this.store, exported.onnx, manifest);
    const { outcome, reason } = await parent.ask('candidate', {
      predictionsFile,
      candidate: {
        sha256: manifest.sha256,
        bytes: manifest.bytes,
        input: manifest.input,
        classes: manifest.classes,
        parameters: manifest.parameters,
        flops: manifest.flops,
        opset: manifest.opset,
        maxAbsDifference: manifest.maxAbsDifference,
        epoch,
        validationAccuracy,
        latencyMs,
      },
    });
    parent.log('info', `Epoch ${epoch}, validation accuracy ${validationAccuracy.toFixed(4)}: ${outcome}. ${reason}`);
  }
}
