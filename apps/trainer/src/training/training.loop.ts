import { setImmediate as yieldToMessages } from 'node:timers/promises';
import type { TrainingSession } from '@ratchet/engine';
import { betterEpoch, stopsEarly, type Hyperparameters } from '@ratchet/domain';
import type { Ending } from '../child.protocol';
import type { LoopState } from './checkpoint.file';
import { CurveRecorder } from './curve.recorder';
import { diverged } from './failure';
import type { ParentLine } from './parent.line';

/** Native calls last about this long: progress, stop and checkpoints come in between. */
const CHUNK_MS = 250;
const REPORT_MS = 500;
const CHECKPOINT_MS = 10_000;

export interface LoopOptions {
  readonly session: TrainingSession;
  /** Images a step. */
  readonly batchSize: number;
  readonly hyperparameters: Hyperparameters;
  readonly parent: ParentLine;
  readonly resumed: LoopState;
  /** Makes the position durable; resolves when it is. */
  readonly saveCheckpoint: (state: LoopState) => Promise<void>;
  /** Called at the end of each epoch that is the trial's best so far. */
  readonly onBestEpoch: (epoch: number, validationAccuracy: number) => Promise<void>;
}

/** Trains from where the session stands to the last step, to an early stop, or until told to stop. */
export class TrainingLoop {
  private state: LoopState;
  private readonly curves: CurveRecorder;
  private savedAt = performance.now();
  private reportedAt = 0;
  /** Of the present epoch, as far as this process trained it. */
  private right = 0;
  private steps = 0;

  constructor(private readonly options: LoopOptions) {
    this.state = options.resumed;
    this.curves = new CurveRecorder(options.session.totalSteps, options.batchSize);
  }

  async run(): Promise<Ending> {
    const { session, parent } = this.options;
    while (session.step < session.totalSteps) {
      if (parent.stopRequested) {
        await this.save();
        return { kind: 'stopped' };
      }
      await this.trainOneChunk();
      if (session.step % session.stepsPerEpoch === 0) {
        if (await this.endEpoch()) break;
      } else if (performance.now() - this.savedAt > CHECKPOINT_MS) {
        await this.save();
      }
      await yieldToMessages();
    }
    return { kind: 'completed', weightsDigest: session.weightsDigest() };
  }

  private async trainOneChunk(): Promise<void> {
    const { session, parent } = this.options;
    const startedAt = performance.now();
    const chunk = await session.runChunk({ targetMs: CHUNK_MS });
    this.curves.add({ ...chunk, seconds: (performance.now() - startedAt) / 1000 });
    for (const share of chunk.accuracies) this.right += share;
    this.steps += chunk.accuracies.length;
    if (performance.now() - this.reportedAt < REPORT_MS) return;
    this.reportedAt = performance.now();
    parent.progress(session.step, this.curves.take());
  }

  /** @returns whether the trial ends here */
  private async endEpoch(): Promise<boolean> {
    const { session, parent, hyperparameters, onBestEpoch } = this.options;
    const { step } = session;
    const epoch = step / session.stepsPerEpoch;
    const { loss, accuracy, confusion } = await session.evaluate('validation');
    if (!Number.isFinite(loss)) throw diverged(step, hyperparameters.learningRate);
    const { best: before } = this.state;
    const best = betterEpoch(before, epoch, accuracy);
    const isBest = best !== before;
    await parent.ask('epoch', {
      step,
      epoch,
      bestEpoch: best.epoch,
      bestValidationAccuracy: best.validationAccuracy,
      confusion: isBest ? confusion : null,
      points: [
        ...this.curves.take(),
        { name: 'train_accuracy', step, value: this.right / this.steps },
        { name: 'validation_loss', step, value: loss },
        { name: 'validation_accuracy', step, value: accuracy },
      ],
    });
    this.right = this.steps = 0;
    // Before the checkpoint: a process that dies in between comes back to this epoch's end and asks again.
    if (isBest) await onBestEpoch(epoch, accuracy);
    this.state = { best: isBest ? { ...best, step } : before };
    await this.save();
    return stopsEarly(best, epoch, hyperparameters.earlyStopping);
  }

  private async save(): Promise<void> {
    await this.options.saveCheckpoint(this.state);
    this.savedAt = performance.now();
  }
}
