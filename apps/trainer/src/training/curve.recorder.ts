import type { MetricPoint } from '@ratchet/domain';

/** Points of a curve that a whole trial shows at most. */
const POINTS_PER_TRIAL = 400;

export interface TrainedSteps {
  /** 0-based. */
  readonly firstStep: number;
  readonly losses: ArrayLike<number>;
  /** At the last of these steps. */
  readonly learningRate: number;
  readonly seconds: number;
}

/**
 * Thins the loss of every step to its mean over windows of fixed size. Windows end at the same steps in every run of
 * a trial, so that a resumed one repeats points instead of adding others.
 */
export class CurveRecorder {
  private readonly window: number;
  private points: MetricPoint[] = [];
  private sum = 0;
  private count = 0;

  constructor(
    totalSteps: number,
    private readonly batchSize: number,
  ) {
    this.window = Math.max(1, Math.ceil(totalSteps / POINTS_PER_TRIAL));
  }

  add({ firstStep, losses, learningRate, seconds }: TrainedSteps): void {
    let last: number | null = null;
    for (let i = 0; i < losses.length; i++) {
      this.sum += losses[i];
      this.count++;
      const step = firstStep + i + 1;
      if (step % this.window !== 0) continue;
      this.points.push({ name: 'train_loss', step, value: this.sum / this.count });
      this.sum = 0;
      this.count = 0;
      last = step;
    }
    if (last === null) return;
    const imagesPerSecond = (losses.length * this.batchSize) / Math.max(seconds, 1e-6);
    this.points.push(
      { name: 'learning_rate', step: last, value: learningRate },
      { name: 'images_per_second', step: last, value: imagesPerSecond },
    );
  }

  /** What was gathered since the last call. */
  take(): MetricPoint[] {
    const points = this.points;
    this.points = [];
    return points;
  }
}
