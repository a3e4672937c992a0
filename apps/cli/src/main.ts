import { InvalidInput, RatchetError } from '@ratchet/domain';
import { isUnanswered, reasonOf } from './api.connection';
import { dataset, datasetUsage } from './dataset.command';
import { devices } from './devices.command';
import { start } from './start.command';
import { isHelp } from './start.options';

const usage = `ratchet COMMAND

  start            run Ratchet on this machine (\`start --help\` lists its options)
  dataset upload   send images as a new version of a dataset
  devices          list the trainers and what they compute on

${datasetUsage}`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function run([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'start') return start(args, say);
  if (command === 'dataset') return dataset(args, say, interrupted());
  if (command === 'devices') return devices(args, say);
  if (command !== undefined && !isHelp(command))
    return Promise.reject(new InvalidInput(command, `is no command.\n\n${usage}`));
  say(usage);
  return Promise.resolve(0);
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

/** What the domain refuses is said in its own words; anything else is a defect and shows where. */
function wordsOf(error: Error): string {
  if (error instanceof RatchetError) return error.message;
  if (error.name === 'AbortError') return 'Interrupted. An import that has begun goes on; the console can cancel it.';
  if (!isUnanswered(error)) return error.stack ?? String(error);
  return `The API does not answer (${reasonOf(error)}). Start it with \`npm start\`, or set RATCHET_API_URL to where it runs.`;
}

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${wordsOf(error)}\n`);
    process.exit(1);
  },
);
