import { z } from 'zod';
import {
  datasetItem,
  type DatasetVersionView,
  type ExperimentView,
  type RatchetClient,
  type TaskView,
} from '@ratchet/contracts';
import { openArchive, type Archive } from '../archive';
import { importInto, type OwnData } from '../dataset.import';
import { digitsArchive } from './digits';
import { digitsPlan, inputFor, photosPlan, type Plan } from './plan';

export interface Scenario {
  readonly task: TaskView;
  readonly version: DatasetVersionView;
  readonly experiment: ExperimentView;
  /** Images of the gate split, as files, for the prediction client. */
  readonly images: readonly Uint8Array[];
}

type Say = (line: string) => void;

/** Does what a first user does, through the public API: upload, task, networks, hyperparameters, launch. */
export async function launchScenario(
  client: RatchetClient,
  data: OwnData | null,
  say: Say,
  signal: AbortSignal,
): Promise<Scenario> {
  const name = await freeName(client, data ? slugOf(data.path) : 'digits');
  const version = await importDataset(client, name, data, say, signal);
  const items = await gateItems(client, version);
  const colour = data ? await isColour(client, items) : false;
  const plan: Plan = data ? photosPlan(inputFor(items, colour ? 3 : 1)) : digitsPlan;
  const task = await client.create('tasks', {
    name,
    title: data ? `Images of ${name}` : 'Handwritten digits',
    description: `Gate set: the gate split of ${version.datasetName}, version ${version.version}.`,
    datasetVersionId: version.id,
    input: plan.input,
  });
  say(`Task ${task.name}: ${task.classes.length} classes, ${task.gateImages} gate images, input ${shapeOf(plan)}.`);
  const experiment = await launchExperiment(client, task, version, plan);
  say(
    `Experiment of ${plan.networks.length} networks × ${plan.sets.length} hyperparameter sets: ${experiment.trials} trials.`,
  );
  const images = await Promise.all(
    items
      .slice(0, 64)
      .map(
        async (item) => new Uint8Array(await (await client.send('GET', `/api/images/${item.sha256}`)).arrayBuffer()),
      ),
  );
  return { task, version, experiment, images };
}

async function importDataset(
  client: RatchetClient,
  name: string,
  data: OwnData | null,
  say: Say,
  signal: AbortSignal,
): Promise<DatasetVersionView> {
  const dataset = await client.create('datasets', {
    name,
    description: data ? `Uploaded from ${data.path}.` : 'Ten thousand handwritten digits.',
  });
  const archive: Archive = data
    ? await openArchive(data.path)
    : { name: 'digits.zip', body: await digitsArchive(signal) };
  return importInto(client, dataset.id, archive, data ?? {}, say, signal);
}

async function launchExperiment(
  client: RatchetClient,
  task: TaskView,
  version: DatasetVersionView,
  plan: Plan,
): Promise<ExperimentView> {
  const networks = await Promise.all(
    plan.networks.map((n) =>
      client.create('networks', {
        ...n,
        name: `${task.name} ${n.name}`,
        input: plan.input,
        classes: task.classes.length,
      }),
    ),
  );
  const sets = await Promise.all(
    plan.sets.map((s) => client.create('hyperparameter-sets', { ...s, name: `${task.name} ${s.name}` })),
  );
  return client.create('experiments', {
    name: `${task.name}: ${plan.networks.length} networks by ${plan.sets.length} recipes`,
    taskId: task.id,
    datasetVersionIds: [version.id],
    networkVersionIds: networks.map((n) => n.latestVersionId),
    hyperparameterSetIds: sets.map((s) => s.id),
  });
}

type Item = z.output<typeof datasetItem>;

async function gateItems(client: RatchetClient, version: DatasetVersionView): Promise<Item[]> {
  const query = new URLSearchParams({ filter: JSON.stringify({ split: 'gate' }), range: '[0,199]' });
  return client.call('GET', `/api/dataset-versions/${version.id}/items?${query}`, z.array(datasetItem));
}

async function isColour(client: RatchetClient, items: readonly Item[]): Promise<boolean> {
  const channels = await Promise.all(
    items
      .slice(0, 20)
      .map(async ({ sha256 }) => (await client.send('HEAD', `/api/images/${sha256}`)).headers.get('x-image-channels')),
  );
  return channels.some((c) => c === '3' || c === '4');
}

/** The first of `base`, `base-2`, `base-3`… that no task has: every run of the demo stands on its own. */
async function freeName(client: RatchetClient, base: string): Promise<string> {
  const { rows } = await client.list('tasks', { range: [0, 999] });
  const taken = new Set(rows.map((t) => t.name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(name)) return name;
  }
}

const slugOf = (path: string): string =>
  (path.split(/[/\\]/).filter(Boolean).pop() ?? 'images')
    .replace(/\.[a-z0-9.]+$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50) || 'images';

const shapeOf = ({ input }: Plan) => `${input.height}×${input.width}×${input.channels}`;
