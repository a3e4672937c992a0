import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { LiveStack } from './live.stack';
import { type OutagePhase, runOutages } from './outages';
import { machineNow, publishSection } from './record';
import type { OutagesReport } from './reports';
import { outagesTable } from './serving.tables';

const usage = `npm run bench:outages -- [--seconds S] [--freeze] [--json FILE] [--publish]

Takes PostgreSQL, Redis, the API and the object store away, in turn and all at once, for S seconds each (60 by default),
while predictions go straight to two inferencers. They are killed and started again; with --freeze they fall silent.
FILE holds what is known after every phase. --publish also writes outages.json and the table of bench/serving/README.md.`;

const lineOf = (phase: OutagePhase): string =>
  `${phase.away} away: ${phase.requests} predictions, ${phase.failures} failed, p99 ${phase.p99.toFixed(1)} ms, worst ${phase.worst.toFixed(0)} ms; a new model was served ${(phase.servedAfterMs / 1e3).toFixed(2)} s after ${phase.servedMeanwhile ? 'its promotion' : 'the return'}`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      freeze: { type: 'boolean', default: false },
      json: { type: 'string' },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(usage);
  const how = values.freeze ? 'freeze' : 'kill';
  const before = machineNow();
  const stack = await LiveStack.start();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stack.stop().finally(() => process.exit(1)));
  try {
    const seconds = Number(values.seconds);
    const reportOf = (phases: readonly OutagePhase[]): OutagesReport => ({
      date: new Date().toISOString(),
      machine: { ...before, loadAfter: machineNow().loadBefore },
      seconds,
      how,
      objectStore: stack.storeKind,
      inferencers: stack.fleet.length,
      phases,
    });
    const textOf = (found: OutagesReport) => `${JSON.stringify(found, null, 2)}\n`;
    const onPhase = async (done: readonly OutagePhase[]) => {
      console.error(lineOf(done.at(-1)!));
      if (values.json) await writeFile(values.json, textOf(reportOf(done)));
    };
    const report = reportOf(await runOutages(stack, { seconds, how, onPhase }));
    const json = textOf(report);
    if (values.publish) await publishSection(how === 'kill' ? 'outages' : 'outages-frozen', json, outagesTable(report));
    console.log(json);
    process.exitCode = report.phases.some(({ failures }) => failures > 0) ? 1 : 0;
  } finally {
    await stack.stop();
  }
}

void main();
