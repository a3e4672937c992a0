import type { TraceSpan } from '@ratchet/telemetry';
import type { Challenger, Challengers } from '../challenge/challengers';
import type { ModelVersion } from '../serving/model.version';
import { type Prediction, PredictionRefused, type PredictionTimings } from '../serving/prediction';
import type { Scheduler } from '../serving/scheduler';
import type { ServedTasks } from '../serving/served.tasks';
import type { ServingMetrics } from '../metrics/serving.metrics';

/** Pixels of one request: uint8 `[count, height, width, channels]`. */
export interface Pixels {
  readonly images: Uint8Array;
  readonly count: number;
  /** Milliseconds spent on decoding. */
  readonly decodeMs: number;
}

/** Whoever waits for the answer. */
export interface Asker {
  /** Whether it was answered: by the deadline, perhaps, or it has left. */
  readonly answered: boolean;
  /** The prediction to drop then. */
  awaits(prediction: Prediction): void;
  /** Where the request is traced. */
  readonly span?: TraceSpan | null;
}

export interface Predicted {
  readonly probabilities: Float32Array;
  readonly timings: PredictionTimings;
}

/** Images that wait for a shadow; what comes beyond is dropped. */
const SHADOW_QUEUE = 64;

async function counted(
  contestant: Challenger['record']['champion'],
  predicted: Promise<Predicted>,
): Promise<Predicted> {
  try {
    const answer = await predicted;
    contestant.answered(answer.timings.infer);
    return answer;
  } catch (error) {
    contestant.failed++;
    throw error;
  }
}

/** The split of the metrics, as parts of the request's span. Handing the images to a thread and back counts as inference. */
function tell(
  span: TraceSpan,
  { digest, generation }: ModelVersion,
  at: { readonly began: number; readonly ready: number; readonly computed: number; readonly done: number },
  images: number,
  queueMs: number,
): void {
  const started = Math.min(at.computed, at.ready + queueMs);
  span.part('input', at.began, at.ready);
  span.part('queue', at.ready, started);
  span.part('infer', started, at.computed, {
    'ratchet.model.digest': digest,
    'ratchet.model.generation': generation,
    'ratchet.images': images,
  });
  span.part('output', at.computed, at.done);
}

/** The way of every request: pin a version, bring the input into pixels, run them, encode the answer, count. */
export class PredictionService {
  constructor(
    private readonly tasks: ServedTasks,
    private readonly scheduler: Scheduler,
    private readonly metrics: ServingMetrics,
    private readonly challengers: Challengers,
  ) {}

  /**
   * `prepare` sees the champion, or the version that was asked for; `respond` sees whichever answered, a canary perhaps.
   * Both take the same images and know the same classes.
   * @throws whatever `prepare` throws, NotFound, PredictionRefused
   */
  async answer(
    asker: Asker,
    address: { readonly task: string; readonly version: string | null },
    prepare: (version: ModelVersion) => Pixels | Promise<Pixels>,
    respond: (version: ModelVersion, pixels: Pixels, predicted: Predicted) => void,
  ): Promise<void> {
    const champion = this.tasks.acquire(address.task, address.version);
    const began = performance.now();
    try {
      const prepared = prepare(champion);
      const pixels = prepared instanceof Promise ? await prepared : prepared;
      const ready = performance.now();
      const challenger = this.challengers.of(champion);
      const canary = challenger?.terms.mode === 'canary' && address.version === null && challenger.drawn();
      const tried = canary ? await this.tryCanary(asker, challenger, pixels) : null;
      const version = tried ? challenger!.version : champion;
      const predicted = tried ?? (await this.askChampion(asker, champion, challenger, pixels));
      const computed = performance.now();
      respond(version, pixels, predicted);
      const { queue, infer } = predicted.timings;
      const done = performance.now();
      this.metrics.success(version, pixels.count, ready - began, queue, infer, done - computed);
      if (asker.span) tell(asker.span, version, { began, ready, computed, done }, pixels.count, queue);
      if (challenger?.terms.mode === 'shadow' && challenger.drawn()) this.shadow(challenger, pixels, predicted);
    } finally {
      champion.release();
    }
  }

  private askChampion(
    asker: Asker,
    champion: ModelVersion,
    challenger: Challenger | null,
    pixels: Pixels,
  ): Promise<Predicted> {
    const predicted = this.predict(asker, champion, pixels);
    return challenger ? counted(challenger.record.champion, predicted) : predicted;
  }

  /** Null when the challenger could not answer: the champion is asked then, and nobody notices. */
  private async tryCanary(asker: Asker, challenger: Challenger, pixels: Pixels): Promise<Predicted | null> {
    try {
      return await counted(challenger.record.challenger, this.predict(asker, challenger.version, pixels));
    } catch (error) {
      if (asker.answered) throw error; // the deadline passed, or the client left
      return null;
    }
  }

  /** Runs after the answer has left, in time that nobody else wants. */
  private shadow({ version, record }: Challenger, { images, count }: Pixels, { probabilities }: Predicted): void {
    if (this.scheduler.waiting(version) + count > SHADOW_QUEUE) {
      record.dropped++;
      return;
    }
    try {
      this.scheduler.admit(version, images, count, (outcome) => {
        if (!(outcome instanceof PredictionRefused)) {
          record.challenger.answered(outcome.timings.infer);
          record.compare(probabilities, outcome.probabilities, count, version.classes.length);
        } else if (outcome.reason !== 'cancelled') record.challenger.failed++;
      });
    } catch {
      record.dropped++; // it was just unloaded
    }
  }

  /** Rejects with PredictionRefused. */
  private predict(asker: Asker, version: ModelVersion, pixels: Pixels): Promise<Predicted> {
    return new Promise<Predicted>((resolve, reject) => {
      const prediction = this.scheduler.admit(version, pixels.images, pixels.count, (outcome) =>
        outcome instanceof PredictionRefused ? reject(outcome) : resolve(outcome),
      );
      asker.awaits(prediction);
    });
  }
}
