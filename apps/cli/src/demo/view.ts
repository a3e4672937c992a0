import type { DemoSummary, ExperimentView, TaskView } from '@ratchet/contracts';
import type { TrafficReport } from './traffic';

const percent = (x: number | null | undefined) => (x === null || x === undefined ? '–' : `${(100 * x).toFixed(2)} %`);

/** One line that says how the ratchet stands. */
export function statusLine(
  experiment: ExperimentView,
  task: TaskView,
  traffic: TrafficReport,
  seconds: number,
): string {
  const count = (state: keyof ExperimentView['counts']) => experiment.counts[state] ?? 0;
  const champion = task.champion
    ? `generation ${task.champion.generation} at ${percent(task.champion.gateAccuracy)} on the gate`
    : 'none yet';
  return [
    `${String(Math.round(seconds)).padStart(4)} s`,
    `trials ${count('COMPLETED')}/${experiment.trials} done, ${count('RUNNING')} running`,
    `best ${percent(task.bestValidationAccuracy)}`,
    `champion ${champion}`,
    `${traffic.requests} predictions, ${traffic.failures} failed`,
  ].join(' │ ');
}

/** Prints lines; on a terminal the last `live` line is drawn over itself, elsewhere only when it changes, every few seconds. */
export class Screen {
  private drawn = false;
  private lastPrinted = 0;

  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  say = (line: string): void => {
    this.clear();
    this.out.write(`${line}\n`);
  };

  live = (line: string): void => {
    if (this.out.isTTY) {
      this.clear();
      this.out.write(line.slice(0, (this.out.columns ?? 120) - 1));
      this.drawn = true;
    } else if (Date.now() - this.lastPrinted > 5000) {
      this.lastPrinted = Date.now();
      this.out.write(`${line}\n`);
    }
  };

  private clear(): void {
    if (this.drawn) this.out.write('\r\x1b[2K');
    this.drawn = false;
  }
}

export function summaryText(s: DemoSummary): string {
  const trials = table(
    ['network', 'optimizer', 'state', 'device', 'best validation', 'seconds'],
    s.trials.map((t) => [
      t.network,
      t.optimizer,
      t.state,
      t.device ?? '–',
      percent(t.bestValidationAccuracy),
      t.seconds?.toFixed(1) ?? '–',
    ]),
  );
  const promotions = table(
    ['promoted at', 'model', 'gate accuracy', 'gained', 'lost', 'p', 'live everywhere after'],
    s.promotions.map((p, i) => [
      p.at.slice(11, 19),
      `v${p.modelVersion}`,
      percent(p.gateAccuracy),
      String(p.gained),
      String(p.lost),
      p.p.toPrecision(2),
      s.swaps[i]?.lastMs == null ? '–' : `${s.swaps[i].lastMs} ms`,
    ]),
  );
  const l = s.latencyMs;
  return [
    '',
    trials,
    '',
    promotions,
    '',
    `Gate accuracy ${percent(s.gateAccuracy)}; always answering the most frequent class would reach ${percent(s.baselineAccuracy)}.`,
    ...(s.confusion
      ? ['', 'Champion on the gate set (rows: actual, columns: predicted):', confusionText(s.classes, s.confusion)]
      : []),
    '',
    `${s.requests} predictions, ${s.failures} failed; latency p50 ${l.p50.toFixed(1)} ms, p90 ${l.p90.toFixed(1)} ms, p99 ${l.p99.toFixed(1)} ms.`,
    s.passed
      ? `Done in ${Math.round(s.wallSeconds)} s.`
      : `Not passed after ${Math.round(s.wallSeconds)} s: ${s.shortfalls.join('; ')}.`,
  ].join('\n');
}

const confusionText = (classes: readonly string[], confusion: readonly (readonly number[])[]) =>
  table(
    ['', ...classes],
    confusion.map((row, i) => [classes[i], ...row.map(String)]),
  );

/** Columns padded to their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, c) => Math.max(h.length, ...rows.map((r) => r[c].length)));
  const line = (cells: readonly string[]) => `  ${cells.map((cell, c) => cell.padEnd(widths[c])).join('  ')}`.trimEnd();
  return [line(head), line(widths.map((w) => '─'.repeat(w))), ...rows.map(line)].join('\n');
}
