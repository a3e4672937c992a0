import { RatchetError } from '@ratchet/domain';
import { dataset, datasetUsage } from './dataset.command';
import { devices } from './devices.command';
import { start } from './start.command';

const usage = `ratchet COMMAND

  start            run Ratchet on this machine (\`start --help\` lists its options)
  dataset upload   send images as a new version of a dataset
  devices          list the trainers and what they compute on

${datasetUsage}`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function run([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'start') return start(args, say);
  if (command === 'dataset') return dataset(args, say, interrupted());
  if (command === 'devices') return devices(say);
  say(usage);
  return Promise.resolve(command === undefined || command === '--help' ? 0 : 1);
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    // What the domain refuses is said in its own words; anything else is a defect and shows where.
    process.stderr.write(`${error instanceof RatchetError ? error.message : error.stack}\n`);
    process.exit(1);
  },
);
