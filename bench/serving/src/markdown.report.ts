import { cpuMicros, failures, goals, p99, perSecond, type Results } from './results';

/** Everything measured, for people. */
export function markdownReport(results: Results): string {
  const { machine, versions, models, servers, cells, limits, missing } = results;
  const lines = [
    '# Serving, side by side',
    '',
    `${results.date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores; load average ${machine.loadBefore.toFixed(1)} before, ${machine.loadAfter.toFixed(1)} after.`,
    "Servers and load generator share the cores. Rounds are interleaved; figures are medians over the rounds. CPU is the server's processor time, user and system, for one request: it hardly depends on what else the machine does.",
    '',
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ];
  for (const [model, title] of Object.entries(models)) {
    const counts = [...new Set(cells.filter((c) => c.model === model).map((c) => c.connections))];
    lines.push('', `## ${title}`, '');
    if (limits[model]) lines.push(`onnxruntime alone, no server: ${Math.round(limits[model])} images/s`, '');
    lines.push(
      `| server | ${counts.map((n) => `${n}: requests/s | ${n}: p99 ms | ${n}: CPU µs`).join(' | ')} | failures |`,
    );
    lines.push(`|---|${'--:|'.repeat(counts.length * 3 + 1)}`);
    for (const [id, name] of Object.entries(servers)) {
      const row = counts.map((n) => cells.find((c) => c.model === model && c.server === id && c.connections === n));
      if (row.every((cell) => !cell)) continue;
      const shown = row.map((cell) =>
        cell ? `${Math.round(perSecond(cell))} | ${p99(cell).toFixed(2)} | ${cpuMicros(cell).toFixed(0)}` : '– | – | –',
      );
      lines.push(
        `| ${name} | ${shown.join(' | ')} | ${row.reduce((sum, cell) => sum + (cell ? failures(cell) : 0), 0)} |`,
      );
    }
  }
  lines.push('', '## Goals', '', '| goal | ratio | |', '|---|--:|---|');
  for (const { goal, ratio, met } of goals(results))
    lines.push(
      `| ${goal} | ${ratio === null ? '–' : ratio.toFixed(2)} | ${met === null ? 'not measured' : met ? 'met' : '**missed**'} |`,
    );
  if (missing.length > 0)
    lines.push('', '## Not measured', '', ...missing.map(({ peer, reason }) => `- ${peer}: ${reason}`));
  return `${lines.join('\n')}\n`;
}
