import { openTraining, versions, type DeviceName, type TrainingSession } from '@ratchet/engine';
import { readManifest } from '@ratchet/imaging';
import { NotFound, RatchetError, type ObjectStore } from '@ratchet/domain';
import type { Ending, RunOrder } from '../child.protocol';
import { placeCandidate, publishCandidate, runOverGate } from './candidate';
import { readCheckpoint, writeCheckpoint, type TrialCheckpoint } from './checkpoint.file';
import { PackCache } from './pack.cache';
import type { ParentLine } from './parent.line';
import { loadSplit, withoutGateImages, type DatasetVersionRef, type LabelledPack } from './training.data';
import { TrainingLoop } from './training.loop';

/** One attempt at a trial: data, network, position, then the loop. */
export class TrainingRun {
  private readonly packs: PackCache;
  private session: TrainingSession | null = null;
  private gate: { version: DatasetVersionRef; pack?: LabelledPack } | null = null;

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
    const { train, validation } = await this.loadData();
    const checkpoint = await this.latestCheckpoint();
    const session = await openTraining({
      network: order.network,
      input: order.input,
      classes: order.classes,
      hyperparameters: order.hyperparameters,
      device: order.device as DeviceName | 'auto',
      threads: order.threads,
      train,
      validation,
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

  private async loadData(): Promise<{ train: LabelledPack; validation: LabelledPack }> {
    const { order, store, parent } = this;
    const version = { digest: order.dataset.digest, manifest: await readManifest(store, order.dataset.digest) };
    const gate =
      order.gate.digest === version.digest
        ? version
        : { digest: order.gate.digest, manifest: await readManifest(store, order.gate.digest) };
    this.gate = { version: gate };
    const load = async (split: 'train' | 'validation') => {
      const whole = await loadSplit(this.packs, version, split, order.input, order.classes);
      const { pack, left } = withoutGateImages(whole, version, split, gate);
      if (left) parent.log('warn', `Left out ${left} ${split} images that the task's gate set has seen.`);
      return pack;
    };
    return { train: await load('train'), validation: await load('validation') };
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
    if (!this.gate || !this.session) return;
    if (!(await parent.ask('claim', { validationAccuracy }))) return;
    const exported = await this.session.exportModel();
    const { manifest } = exported;
    const file = await placeCandidate(order.scratchDirectory, exported);
    this.gate.pack ??= await loadSplit(this.packs, this.gate.version, 'gate', order.input, order.classes);
    const { predictionsFile, latencyMs } = await runOverGate(file, manifest, this.gate.pack, order.scratchDirectory);
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
