import { markdownReport } from './markdown.report';
import { goals, type Results } from './results';
import { geometricMean, median, spread } from './statistics';
import { speedPlot } from './svg.plot';

const results: Results = {
  date: '2026-01-02T03:04:05.000Z',
  machine: { cpu: 'CPU', cores: 2, memoryGigabytes: 8, system: 'Linux', threads: 2, loadBefore: 0, loadAfter: 1 },
  versions: { torch: '2' },
  titles: { ratchet: 'Ratchet', 'pytorch-eager': 'PyTorch <eager>', keras: 'Keras' },
  speed: {
    cnn: { ratchet: spread([300, 200, 400]), 'pytorch-eager': spread([100]), keras: spread([290]) },
    mlp: { ratchet: spread([120]), 'pytorch-eager': spread([100]) },
  },
  concurrency: [
    { network: 'cnn', measure: 'trial', oneTrial: spread([10, 20, 5]), twoTrials: spread([12, 21, 7]) },
    { network: 'cnn', measure: 'steps', oneTrial: spread([10]), twoTrials: spread([10.5]) },
  ],
  memory: [{ network: 'mlp', steps: 100, rssMegabytes: [100, 120, 121, 122, 123, 123, 124, 124, 125, 126] }],
  compileMs: { lenet5: 100 },
  missing: [{ peer: 'tfjs-node', reason: 'no compiler' }],
};
const titles = { cnn: 'the CNN', mlp: 'the MLP' };

test('medians take the middle, of an even number the mean of the middle two', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(geometricMean([2, 8])).toBeCloseTo(4);
});

test('every promise is held against what was measured', () => {
  const met = Object.fromEntries(goals(results).map((goal) => [goal.what, goal.met]));
  expect(met).toEqual({
    'Ratchet ÷ PyTorch eager, cnn': true,
    'Ratchet ÷ PyTorch eager, mlp': false,
    'Ratchet ÷ PyTorch eager, geometric mean': true,
    'Ratchet ÷ Keras, cnn': false,
    'two one-thread trials ÷ one two-thread trial, cnn, whole trials': true,
    'two one-thread trials ÷ one two-thread trial, cnn, steps alone': false,
    'two one-thread trials ÷ one two-thread trial, geometric mean': true,
    'growth of memory over 100 steps, MB, mlp': true,
    'compiling lenet5, s': true,
  });
});

test('the report names ratios, misses and what could not be measured', () => {
  const text = markdownReport(results, titles);
  expect(text).toContain('| Ratchet | 300 (3.00) | 120 (1.20) | 1.90 |');
  expect(text).toContain('| Keras | 290 (2.90) | – | – |');
  expect(text).toContain('| Ratchet ÷ Keras, cnn | 1.03 | ≥ 1.1 | **no** |');
  expect(text).toContain('- tfjs-node: no compiler');
  expect(text).toContain('| cnn, whole trials | 10.0 | 12.0 | 1.20 |');
});

test('the plot has a bar per figure and escapes names', () => {
  const plot = speedPlot(results, titles);
  expect(plot.match(/<rect x=/g)).toHaveLength(5);
  expect(plot).toContain('PyTorch &lt;eager>');
});
