import fc from 'fast-check';
import { accuracy, confusionMatrix, discordance, gateTest, improves, wilsonInterval } from './gate';

const predictions = (length: number) => fc.array(fc.nat(3), { minLength: length, maxLength: length });

describe('discordance', () => {
  it('counts the images exactly one model gets right', () => {
    expect(discordance([0, 1, 2, 0, 1], [0, 2, 1, 1, 1], [0, 1, 2, 1, 0])).toEqual({ gained: 2, lost: 1 });
  });

  it('refuses predictions of another set of images', () => {
    expect(() => discordance([0, 1], [0, 1, 1], [0, 1, 1])).toThrow('predictions of 2 and 3 images against 3 labels');
  });

  it('moves with the difference of accuracies', () => {
    fc.assert(
      fc.property(predictions(40), predictions(40), predictions(40), (candidate, champion, labels) => {
        const { gained, lost } = discordance(candidate, champion, labels);
        expect((gained - lost) / 40).toBeCloseTo(accuracy(candidate, labels) - accuracy(champion, labels), 12);
        expect(improves({ gained, lost })).toBe(accuracy(candidate, labels) > accuracy(champion, labels));
      }),
    );
  });
});

describe('gateTest', () => {
  /** Two models over images of class 0: `gained` of them only the candidate gets right, `lost` only the champion. */
  const models = (gained: number, lost: number) => ({
    candidate: [...new Array<number>(gained).fill(0), ...new Array<number>(lost).fill(1), 0, 1],
    champion: [...new Array<number>(gained).fill(1), ...new Array<number>(lost).fill(0), 0, 1],
    labels: new Array<number>(gained + lost + 2).fill(0),
  });
  const alone = (labels: readonly number[]) => labels.map((_, i) => i);

  // Binomial tails of R's pbinom(gained - 1, gained + lost, 0.5, lower.tail = FALSE).
  it.each([
    [20, 10, 0.04936857],
    [7, 0, 0.0078125],
    [10, 1, 0.005859375],
    [5, 5, 0.623046875],
    [0, 8, 1],
    [0, 0, 1],
    [1, 0, 0.5],
  ])('is the exact binomial where images stand alone: %d against %d is %d', (gained, lost, p) => {
    const { candidate, champion, labels } = models(gained, lost);
    const test = gateTest(candidate, champion, { labels, groups: alone(labels) });
    expect(test).toMatchObject({ testUnit: 'image', testUnits: gained + lost });
    expect(test.p).toBeCloseTo(p, 8);
  });

  it('counts a lot that errs together as one witness, however many images it has', () => {
    const { candidate, champion, labels } = models(20, 0);
    const lots = labels.map((_, i) => Math.floor(i / 5));
    expect(gateTest(candidate, champion, { labels, groups: lots })).toEqual({
      p: 2 ** -4,
      testUnit: 'group',
      testUnits: 4,
    });
  });
});

describe('wilsonInterval', () => {
  it('holds the proportion and matches the published example', () => {
    // Newcombe 1998, table I: 81 of 263.
    const { low, high } = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it('stays within 0 and 1 at the edges', () => {
    expect(wilsonInterval(0, 10)).toMatchObject({ low: 0 });
    expect(wilsonInterval(10, 10).high).toBeCloseTo(1, 12);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('confusionMatrix', () => {
  it('counts actual classes in rows', () => {
    expect(confusionMatrix([0, 1, 1, 2], [0, 0, 1, 1], 3)).toEqual([
      [1, 1, 0],
      [0, 1, 1],
      [0, 0, 0],
    ]);
  });
});
