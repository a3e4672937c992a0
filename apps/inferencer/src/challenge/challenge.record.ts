import { type ChallengeFigures, type Disagreement, frequentDisagreements, latencyBucket } from '@ratchet/domain';

class Contestant {
  requests = 0;
  failed = 0;
  private readonly latency = new Map<number, number>();

  answered(millis: number): void {
    this.requests++;
    const bucket = latencyBucket(millis);
    this.latency.set(bucket, (this.latency.get(bucket) ?? 0) + 1);
  }

  figures(): ChallengeFigures['champion'] {
    const { requests, failed } = this;
    return { requests, failed, latency: [...this.latency].sort(([a], [b]) => a - b) };
  }
}

/** The class with the highest probability in one row of `[images, classes]`. */
function callOf(probabilities: Float32Array, row: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++)
    if (probabilities[row * classes + c] > probabilities[row * classes + best]) best = c;
  return best;
}

/** What this process has seen of one challenge. Counting costs less than a microsecond and keeps no request. */
export class ChallengeRecord {
  readonly champion = new Contestant();
  readonly challenger = new Contestant();
  dropped = 0;
  private compared = 0;
  private agreed = 0;
  private readonly pairs = new Map<number, number>();

  /** Probabilities `[images, classes]` of both for the same images. */
  compare(champion: Float32Array, challenger: Float32Array, images: number, classes: number): void {
    for (let i = 0; i < images; i++) {
      const [a, b] = [callOf(champion, i, classes), callOf(challenger, i, classes)];
      this.compared++;
      if (a === b) this.agreed++;
      else this.pairs.set(a * 256 + b, (this.pairs.get(a * 256 + b) ?? 0) + 1);
    }
  }

  figures(): ChallengeFigures {
    const { dropped, compared, agreed } = this;
    const pairs = [...this.pairs].map(([key, images]): Disagreement => [key >> 8, key & 255, images]);
    return {
      champion: this.champion.figures(),
      challenger: this.challenger.figures(),
      dropped,
      compared,
      agreed,
      disagreements: frequentDisagreements(pairs),
    };
  }
}
