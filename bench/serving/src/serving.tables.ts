import { machineText } from './record';
import type { DeploysReport, OutagesReport } from './reports';
import type { SwapsReport } from './swaps.report';

const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

export function outagesTable({ date, machine, seconds, how, objectStore, inferencers, phases }: OutagesReport): string {
  const rows = phases.map((phase) => [
    phase.away,
    phase.requests,
    phase.failures,
    ms(phase.p50),
    ms(phase.p99),
    ms(phase.worst),
    `${(phase.servedAfterMs / 1e3).toFixed(2)} s${phase.servedMeanwhile ? ', meanwhile' : ''}`,
  ]);
  const head = ['away', 'predictions', 'failed', 'p50 ms', 'p99 ms', 'worst ms', 'new model served after'];
  const verb = how === 'kill' ? 'Killed, and started again' : 'Frozen, and woken';
  return `${machineText(date, machine)} ${verb} after ${seconds} s; ${inferencers} inferencers; the object store is ${objectStore}. In each phase a new model is promoted as soon as the database takes it: the last column counts from its promotion or, where it had to wait for it, from the return.

${table(head, rows)}`;
}

export function deploysTable({ date, machine, deployments, modelBytes, runs }: DeploysReport): string {
  const rows = runs.map(({ while: condition, medianMs, p90Ms, worstMs, failures, goalMs }) => [
    condition,
    ms(medianMs),
    ms(p90Ms),
    ms(worstMs),
    failures,
    `${goalMs}: ${medianMs < goalMs ? 'met' : '**missed**'}`,
  ]);
  const head = ['while', 'median ms', 'p90 ms', 'worst ms', 'failed predictions', 'goal, median ms'];
  return `${machineText(date, machine)} From the promoting commit to the report of the last of two inferencers that it serves the model of ${(modelBytes / 1e6).toFixed(1)} MB, both by the database's clock; ${deployments} promotions each, under predictions.

${table(head, rows)}`;
}

export function swapsTable(report: SwapsReport): string {
  const { heavy } = report;
  const met = (value: number | null | undefined, most: number) =>
    value === null || value === undefined ? 'not measured' : value <= most ? 'met' : '**missed**';
  const row = (what: string, value: number | null, unit: string, most: number, digits = 0) => [
    what,
    value === null ? '–' : `${value.toFixed(digits)}${unit}`,
    `≤ ${most}${unit}: ${met(value, most)}`,
  ];
  const rows = [
    row('failed requests', report.failures, '', 0),
    row('answers of models that were not live', report.answersOfModelsNotLive, '', 0),
    row('p99 during swaps to p99 without', report.p99Ratio, ' ×', 1.5, 2),
    row('resident memory at the end to that after the tenth swap', report.rssRatio, ' ×', 1.1, 2),
    ...(heavy
      ? [
          row('failed requests while a large model is deployed', heavy.failures, '', 0),
          row('longest time between heartbeats meanwhile', heavy.longestTimeBetweenHeartbeatsMs, ' ms', 2_500),
          row('longest event-loop gap of the I/O threads meanwhile', heavy.longestEventLoopGapMs, ' ms', 50),
          ['of which computed by an I/O thread itself, at most', `${ms(heavy.longestComputedMs)} ms`, ''],
          ['the same gap of an idle process beside them', `${ms(heavy.longestGapOfAnIdleProcessMs)} ms`, ''],
        ]
      : []),
  ];
  const large = heavy ? ` The large model has ${Math.round(heavy.bytes / 1e6)} MB.` : '';
  return `${machineText(report.date, report.machine)} ${report.swaps} swaps over ${report.inferencers} inferencers under ${report.requests} requests; a swap took ${ms(report.swapMs.median)} ms in the median, ${ms(report.swapMs.worst)} ms at worst.${large}

${table(['', 'measured', 'goal'], rows)}`;
}
