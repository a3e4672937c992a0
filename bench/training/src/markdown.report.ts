import { concurrencyTitle, gain, goals, ratios, type Results } from './results';
import { geometricMean } from './statistics';

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');

/** Three significant digits, without powers of ten. */
const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** The results as a page for people. Written by the benchmark; edits are overwritten. */
export function markdownReport(results: Results, networkTitles: Readonly<Record<string, string>>): string {
  const { machine, speed, titles, concurrency, memory, compileMs, missing, versions } = results;
  const ids = Object.keys(speed);
  const variants = Object.keys(titles).filter((variant) => ids.some((id) => speed[id][variant]));
  const speeds = variants.map((variant) => {
    const against = ratios(results, variant, 'pytorch-eager');
    const cells = ids.map((id) => {
      const figure = speed[id][variant];
      if (!figure) return '–';
      return `${short(figure.median)}${against[id] ? ` (${against[id].toFixed(2)})` : ''}`;
    });
    const whole = ids.every((id) => against[id]);
    return [titles[variant], ...cells, whole ? geometricMean(Object.values(against)).toFixed(2) : '–'];
  });
  const promised = goals(results).map(({ what, figure, limit, met }) => [
    what,
    short(figure),
    limit,
    met ? 'yes' : '**no**',
  ]);
  return `# Training speed, measured

${results.date}, ${machine.cpu}, ${machine.cores} cores (${machine.threads} threads used), ${machine.memoryGigabytes} GB, ${machine.system}. Load average before ${machine.loadBefore.toFixed(2)}, after ${machine.loadAfter.toFixed(2)}. ${Object.entries(
    versions,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.

Images per second, medians of interleaved rounds with one process per variant and round; in brackets, times PyTorch eager.

${table(['', ...ids.map((id) => networkTitles[id]), 'geometric mean'], speeds)}

![Images per second relative to PyTorch eager](results.svg)

## What was promised

${table(['', 'measured', 'goal', 'met'], promised)}

## Two trials at once

Images per second of all trials together, and the median of the rounds' ratios. A whole trial opens the network, trains three epochs, measures the validation images and writes a checkpoint at each one's end, and exports and verifies the model.

${table(
  ['', 'one trial, two threads', 'two trials, one thread each', 'ratio'],
  concurrency.map((figures) => [
    concurrencyTitle(figures),
    short(figures.oneTrial.median),
    short(figures.twoTrials.median),
    gain(figures).toFixed(2),
  ]),
)}

## Memory

Resident megabytes at each tenth of the steps.

${table(
  ['', 'steps', 'MB'],
  memory.map(({ network, steps, rssMegabytes }) => [
    network,
    String(steps),
    rssMegabytes.map((mb) => mb.toFixed(0)).join(' '),
  ]),
)}

## Compiling

Milliseconds from a network's description to a session ready to train (64×64×3, batch 32).

${table(Object.keys(compileMs), [Object.values(compileMs).map((ms) => ms.toFixed(0))])}
${missing.length === 0 ? '' : `\n## Not measured\n\n${missing.map(({ peer, reason }) => `- ${peer}: ${reason}`).join('\n')}\n`}`;
}
