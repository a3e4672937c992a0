import {
  type ChallengeFigures,
  type Disagreement,
  frequentDisagreements,
  mostDisagreements,
  sumFigures,
} from './challenge';
import { latencyBuckets } from './latency';

const figures = (change: Partial<ChallengeFigures> = {}): ChallengeFigures => ({
  champion: { requests: 10, failed: 0, latency: [[3, 10]] },
  challenger: { requests: 5, failed: 1, latency: [[4, 5]] },
  dropped: 2,
  compared: 5,
  agreed: 3,
  disagreements: [[0, 1, 2]],
  ...change,
});

describe('the figures of a challenge', () => {
  it('add up over inferencers, pair by pair', () => {
    const other = figures({ disagreements: [[1, 0, 5], [0, 1, 1]] }); // prettier-ignore
    expect(sumFigures([figures(), other])).toEqual({
      champion: { requests: 20, failed: 0, latency: [[3, 20]] },
      challenger: { requests: 10, failed: 2, latency: [[4, 10]] },
      dropped: 4,
      compared: 10,
      agreed: 6,
      disagreements: [
        [1, 0, 5],
        [0, 1, 3],
      ],
    });
  });

  it('are all zero when nobody reported', () => {
    expect(sumFigures([])).toMatchObject({ champion: { requests: 0 }, compared: 0, disagreements: [] });
  });

  it('keep the most frequent pairs of classes, and stay below 8 KB whatever was seen', () => {
    const pairs = Array.from({ length: 256 * 255 }, (_, i): Disagreement => [i >> 8, i & 255, 1_000_000 + i]);
    const kept = frequentDisagreements(pairs);
    expect(kept).toHaveLength(mostDisagreements);
    expect(kept[0]).toEqual(pairs.at(-1));
    const latency = Array.from({ length: latencyBuckets }, (_, i) => [i, 1_000_000 + i] as const);
    const contestant = { requests: 1e9, failed: 1e9, latency };
    const largest = figures({ champion: contestant, challenger: contestant, disagreements: kept });
    expect(Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(8192);
  });
});
