import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Cut, LiveStack } from './live.stack';
import { type OutagePhase, runOutages } from './outages';
import { type Machine, machineNow, publishSection } from './record';
import { outagesTable } from './serving.tables';

const usage = `npm run bench:outages -- [--seconds S] [--freeze] [--json FILE] [--publish]

Takes PostgreSQL, Redis, the API and the object store away, in turn and all at once, for S seconds each (60 by default),
while predictions go straight to two inferencers. They are killed and started again; with --freeze they fall silent.
--publish also writes outages.json and the table of bench/serving/README.md.`;

export interface OutagesReport {
  readonly date: string;
  readonly machine: Machine;
  readonly seconds: number;
  readonly how: Cut;
  readonly objectStore: string;
  readonly inferencers: number;
  readonly phases: readonly OutagePhase[];
}

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
    const phases = await runOutages(stack, {
      seconds: Number(values.seconds),
      how,
      say: (text) => console.error(text),
    });
    const report: OutagesReport = {
      date: new Date().toISOString(),
      machine: { ...before, loadAfter: machineNow().loadBefore },
      seconds: Number(values.seconds),
      how,
      objectStore: stack.storeKind,
      inferencers: stack.fleet.length,
      phases,
    };
    const json = `${JSON.stringify(report, null, 2)}\n`;
    if (values.json) await writeFile(values.json, json);
    if (values.publish) await publishSection(how === 'kill' ? 'outages' : 'outages-frozen', json, outagesTable(report));
    console.log(json);
    process.exitCode = phases.some(({ failures }) => failures > 0) ? 1 : 0;
  } finally {
    await stack.stop();
  }
}

void main();
