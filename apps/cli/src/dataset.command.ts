import { parseArgs } from 'node:util';
import type { RatchetClient } from '@ratchet/contracts';
import { InvalidInput } from '@ratchet/domain';
import { connect } from './api.connection';
import { openArchive } from './archive';
import { importInto } from './dataset.import';
import { Screen } from './demo/view';
import { isHelp, readData } from './start.options';

export const datasetUsage = `ratchet dataset upload PATH --name NAME [--groups FILE.csv | --group-regex REGEX]

  Uploads a zip, a tar or a folder of class folders as a new version of the dataset NAME, which is made when it is not there.`;

/** @throws InvalidInput for wrong arguments, ApiProblem with the API's own words for a refused archive */
export async function dataset(
  args: readonly string[],
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  if (args.some(isHelp)) {
    say(datasetUsage);
    return 0;
  }
  const { values, positionals } = parse(args);
  const [verb, path, ...rest] = positionals;
  if (verb !== 'upload' || !path || rest.length > 0 || !values.name)
    throw new InvalidInput('arguments', `are not those of an upload\n\n${datasetUsage}`);
  const data = readData({ data: path, groups: values.groups, 'group-regex': values['group-regex'] })!;
  const archive = await openArchive(path); // a wrong path is told before anything is made
  const client = await connect();
  const screen = new Screen();
  const version = await importInto(client, await datasetId(client, values.name), archive, data, screen.live, signal);
  screen.say(
    `${version.datasetName}, version ${version.version}: ${version.images} images in ${version.classes.length} classes.`,
  );
  say(version.id);
  return 0;
}

async function datasetId(client: RatchetClient, name: string): Promise<string> {
  const { rows } = await client.list('datasets', { range: [0, 999], filter: { name } });
  const found = rows.find((row) => row.name === name);
  return (found ?? (await client.create('datasets', { name }))).id;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { name: { type: 'string' }, groups: { type: 'string' }, 'group-regex': { type: 'string' } },
    });
  } catch (error) {
    throw new InvalidInput('arguments', `${(error as Error).message}\n\n${datasetUsage}`);
  }
}
