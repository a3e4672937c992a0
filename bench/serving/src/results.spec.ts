import { markdownReport } from './markdown.report';
import { goals, type Measured, median, type Results } from './results';
import { throughputPlot } from './svg.plot';

const figures = (perSecond: number, p99: number): Measured => ({
  requests: perSecond,
  failures: 0,
  perSecond,
  p50: p99 / 2,
  p99,
  worst: p99,
  cpuMicros: 40,
});
const cell = (server: string, model: string, perSecond: readonly number[], p99 = 1) => ({
  server,
  model,
  connections: 8,
  rounds: perSecond.map((n) => figures(n, p99)),
});
const results: Results = {
  date: '2026-01-02T03:04:05.000Z',
  machine: { cpu: 'a processor', cores: 2, loadBefore: 0, loadAfter: 1 },
  versions: { node: '20' },
  models: { 28: '28×28', 224: '224×224' },
  servers: { ratchet: 'Ratchet', 'fastapi-1': 'FastAPI', pytriton: 'PyTriton' },
  cells: [
    cell('ratchet', '28', [300, 100, 400], 2),
    cell('fastapi-1', '28', [100, 50, 100], 3),
    cell('ratchet', '224', [80]),
  ],
  limits: { 28: 1000, 224: 100 },
  missing: [{ peer: 'mlserver', reason: 'no wheel' }],
};

describe('the report', () => {
  it('takes ratios round by round and says what is met, missed and not measured', () => {
    expect(goals(results)).toEqual([
      { goal: '28, 8 connections: ≥ 2.5 × the best Python peer', ratio: 3, met: true },
      { goal: '28, 8 connections: ≥ 1 × PyTriton', ratio: null, met: null },
      { goal: "28, 8 connections: p99 below every peer's", ratio: 2 / 3, met: true },
      { goal: '224, 8 connections: ≥ 0.9 × onnxruntime alone', ratio: 0.8, met: false },
    ]);
  });

  it('shows every figure, and names what could not be measured', () => {
    const text = markdownReport(results);
    expect(text).toContain('| Ratchet | 300 | 2.00 | 40 | 0 |');
    expect(text).toContain('- mlserver: no wheel');
    expect(throughputPlot(results)).toMatch(/^<svg.*FastAPI.*<\/svg>\n$/s);
  });

  it('takes the middle', () => expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]));
});
