import type { ModelVersion } from '../serving/model.version';
import { PredictionRefused, type PredictionTimings } from '../serving/prediction';
import type { Scheduler } from '../serving/scheduler';
import type { ServedTasks } from '../serving/served.tasks';
import type { ServingMetrics } from '../metrics/serving.metrics';
import type { Exchange } from './exchange';

/** Pixels of one request: uint8 `[count, height, width, channels]`. */
export interface Pixels {
  readonly images: Uint8Array;
  readonly count: number;
  /** Milliseconds spent on decoding. */
  readonly decodeMs: number;
}

export interface Predicted {
  readonly probabilities: Float32Array;
  readonly timings: PredictionTimings;
}

/** The way of every request: pin a version, bring the input into pixels, run them, encode the answer, count. */
export class PredictionService {
  constructor(
    private readonly tasks: ServedTasks,
    private readonly scheduler: Scheduler,
    private readonly metrics: ServingMetrics,
  ) {}

  /**
   * `prepare` and `respond` see the same version, which cannot be unloaded between them.
   * @throws whatever `prepare` throws, NotFound, PredictionRefused
   */
  async answer(
    exchange: Exchange,
    address: { readonly task: string; readonly version: string | null },
    prepare: (version: ModelVersion) => Pixels | Promise<Pixels>,
    respond: (version: ModelVersion, pixels: Pixels, predicted: Predicted) => void,
  ): Promise<void> {
    const version = this.tasks.acquire(address.task, address.version);
    const began = performance.now();
    try {
      const prepared = prepare(version);
      const pixels = prepared instanceof Promise ? await prepared : prepared;
      const ready = performance.now();
      const predicted = await this.predict(exchange, version, pixels);
      const computed = performance.now();
      respond(version, pixels, predicted);
      const { queue, infer } = predicted.timings;
      this.metrics.success(version, pixels.count, ready - began, queue, infer, performance.now() - computed);
    } finally {
      version.release();
    }
  }

  private predict(exchange: Exchange, version: ModelVersion, pixels: Pixels): Promise<Predicted> {
    return new Promise<Predicted>((resolve, reject) => {
      const prediction = this.scheduler.admit(version, pixels.images, pixels.count, (outcome) =>
        outcome instanceof PredictionRefused ? reject(outcome) : resolve(outcome),
      );
      exchange.awaits(prediction);
    });
  }
}
