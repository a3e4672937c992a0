import type { GateImages } from './gate';
import { certificationAlpha, certificationThreshold, escapes, judge, type GateRules, type GateRun } from './verdict';

const rules: GateRules = {
  classes: ['good', 'crack', 'stain'],
  criticalClasses: ['crack'],
  escapeTolerance: 0,
  minimumGateImagesPerClass: 1,
  latencyBudgetMs: 10,
  policy: 'every-improvement',
};
const alone = (labels: readonly number[]): GateImages => ({ labels, groups: labels.map((_, i) => i) });
const images = alone([0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
const champion = [0, 0, 1, 1, 1, 1, 0, 2, 2, 0]; // 6 of 10 right, one crack escapes
const better = [0, 0, 0, 1, 1, 1, 0, 2, 2, 0];
const run = (predictions: number[], other: Partial<GateRun> = {}): GateRun => ({
  predictions,
  latencyMs: 1,
  maxAbsDifference: 1e-6,
  ...other,
});

describe('judge', () => {
  it('lets the first model of a task serve', () => {
    expect(judge(rules, images, run(champion), null, 1)).toEqual({
      outcome: 'promoted',
      reason: 'The first model of its task.',
      gateAccuracy: 0.6,
      againstAccuracy: null,
      gained: 0,
      lost: 0,
      p: 1,
      testUnit: 'image',
      testUnits: 0,
      state: 'PROVISIONAL',
    });
  });

  it('promotes a strict improvement and says by how much', () => {
    const verdict = judge(rules, images, run(better), champion, 2);
    expect(verdict).toMatchObject({ outcome: 'promoted', gained: 1, lost: 0, p: 0.5, state: 'PROVISIONAL' });
    expect(verdict.reason).toBe('Better: 1 gate images only the candidate gets right, 0 only the champion.');
  });

  it.each([
    ['a tie', [0, 0, 0, 1, 1, 1, 0, 2, 0, 0], 'ties keep the incumbent'],
    ['a worse candidate', [0, 1, 1, 1, 1, 1, 0, 2, 2, 0], '0 gate images only the candidate gets right, 1 only'],
  ])('keeps the champion against %s', (_, predictions, words) => {
    const verdict = judge(rules, images, run(predictions), champion, 2);
    expect(verdict).toMatchObject({ outcome: 'kept', state: null });
    expect(verdict.reason).toContain(words);
  });

  it('vetoes more escapes of a critical class than tolerated, however accurate', () => {
    const escaping = [0, 0, 0, 0, 1, 0, 0, 2, 2, 2];
    const verdict = judge(rules, images, run(escaping), champion, 2);
    expect(verdict).toMatchObject({ outcome: 'vetoed', gained: 3, lost: 1, state: null });
    expect(verdict.reason).toBe('Escapes of the critical class crack would rise from 1 to 2; 0 more are tolerated.');
    expect(judge({ ...rules, escapeTolerance: 1 }, images, run(escaping), champion, 2).outcome).toBe('promoted');
  });

  it('counts escapes as a net figure: another image may escape instead', () => {
    expect(judge(rules, images, run([0, 0, 0, 0, 1, 0, 1, 2, 2, 0]), champion, 2).outcome).toBe('promoted');
  });

  it('vetoes a model over the latency budget, the first included', () => {
    const verdict = judge(rules, images, run(better, { latencyMs: 10.5 }), null, 1);
    expect(verdict.outcome).toBe('vetoed');
    expect(verdict.reason).toBe("One image takes 10.50 ms; the task's budget is 10 ms.");
  });

  it.each([2e-3, Number.NaN])('vetoes a file that strays from its trainer by %d', (maxAbsDifference) => {
    const verdict = judge(rules, images, run(better, { maxAbsDifference }), champion, 2);
    expect(verdict.outcome).toBe('vetoed');
    expect(verdict.reason).toContain('strays from the trainer');
  });

  it('vetoes where the gate set is too small to tell, naming the classes', () => {
    const verdict = judge({ ...rules, minimumGateImagesPerClass: 4 }, images, run(better), champion, 2);
    expect(verdict).toMatchObject({
      outcome: 'vetoed',
      reason: 'The gate set has fewer than 4 images of crack, stain.',
    });
  });

  it('leaves promotions to people where the policy is manual', () => {
    expect(judge({ ...rules, policy: 'manual' }, images, run(better), champion, 2)).toMatchObject({
      outcome: 'kept',
      reason: expect.stringContaining('leaves promotions to people'),
    });
  });

  describe('certified-only', () => {
    const certified: GateRules = { ...rules, policy: 'certified-only', criticalClasses: [] };
    const many = Array.from({ length: 60 }, (_, i) => i % 3);
    const wrong = many.map((label, i) => (i < 20 ? (label + 1) % 3 : label));
    const halfWrong = many.map((label, i) => (i < 15 ? (label + 1) % 3 : label));

    it('promotes and confirms what passes the exact test', () => {
      const verdict = judge(certified, alone(many), run(many), wrong, 2);
      expect(verdict).toMatchObject({ outcome: 'promoted', state: 'CONFIRMED', gained: 20, lost: 0 });
      expect(verdict.p).toBeCloseTo(2 ** -20, 12);
    });

    it('keeps the champion against a likely but uncertain improvement', () => {
      const verdict = judge(certified, alone(many), run(halfWrong), wrong, 2); // p = 2^-5, 0.0038 allowed
      expect(verdict).toMatchObject({ outcome: 'kept', gained: 5, lost: 0 });
      expect(verdict.reason).toContain(
        'p = 0.0312 over 5 differing images, 0.00380 allowed at gate query 2; 5 differing images would be too few',
      );
    });

    it('does not take the images of five lots for twenty witnesses', () => {
      const lots = { labels: many, groups: many.map((_, i) => Math.floor(i / 4)) };
      const verdict = judge(certified, lots, run(many), wrong, 2);
      expect(verdict).toMatchObject({ outcome: 'kept', gained: 20, p: 2 ** -5, testUnit: 'group', testUnits: 5 });
      expect(verdict.reason).toContain('5 differing groups would be too few even if all favoured the candidate');
      const smaller = { labels: many, groups: many.map((_, i) => Math.floor(i / 2)) };
      expect(judge(certified, smaller, run(many), wrong, 2)).toMatchObject({ state: 'CONFIRMED', p: 2 ** -10 });
    });

    it('serves the first model provisionally', () => {
      expect(judge(certified, alone(many), run(wrong), null, 1)).toMatchObject({
        outcome: 'promoted',
        state: 'PROVISIONAL',
      });
    });
  });

  it('refuses predictions for another number of images', () => {
    expect(() => judge(rules, images, run([0, 1]), champion, 1)).toThrow('2 predictions for 10 gate images');
  });
});

describe('certificationThreshold', () => {
  it('spends no more than alpha over all queries and incumbents', () => {
    let spent = 0;
    for (let t = 1; t <= 100_000; t++) spent += t * certificationThreshold(t);
    expect(spent).toBeLessThanOrEqual(certificationAlpha);
    expect(spent).toBeCloseTo(certificationAlpha, 5);
  });
});

describe('escapes', () => {
  it('counts images of the class predicted as any other', () => {
    expect(escapes([0, 1, 2, 1], [1, 1, 1, 0], 1)).toBe(2);
  });
});
