import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DemoSummary, RatchetClient } from '@ratchet/contracts';
import type { OwnData } from '../dataset.import';
import { launchScenario } from './scenario';
import { summarize } from './summary';
import { Traffic } from './traffic';
import { until } from './until';
import { Screen, statusLine, summaryText } from './view';

export interface DemoOptions {
  /** With at least the role of an engineer. */
  readonly client: RatchetClient;
  /** The user's own images; the digits when null. */
  readonly data: OwnData | null;
  readonly summaryPath: string;
  readonly signal: AbortSignal;
}

/**
 * Runs the whole ratchet once, as a user would through the public API: upload, launch, predict all the while.
 * Resolves when every trial has ended, with the summary that was written to `summaryPath`.
 */
export async function runDemo({ client, data, summaryPath, signal }: DemoOptions): Promise<DemoSummary> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const screen = new Screen();
  const scenario = await launchScenario(client, data, screen.live, signal);
  screen.say(
    `Task ${scenario.task.name}: ${scenario.experiment.trials} trials on ${scenario.version.images} images in ${scenario.task.classes.length} classes.`,
  );

  const traffic = new Traffic(client, scenario.task.name, scenario.images);
  let predicting = false;
  let generation = 0;
  await until(signal, async () => {
    const [experiment, task] = await Promise.all([
      client.get('experiments', scenario.experiment.id),
      client.get('tasks', scenario.task.id),
    ]);
    if (task.champion && task.champion.generation > generation) generation = announce(screen, task.champion, seconds());
    if (!predicting && (predicting = await isServed(client, task.name))) traffic.start();
    screen.live(statusLine(experiment, task, traffic.report(), seconds()));
    const c = experiment.counts;
    const ended = (c.COMPLETED ?? 0) + (c.FAILED ?? 0) + (c.CANCELLED ?? 0);
    return ended === experiment.trials ? experiment : null;
  });

  const report = await traffic.stop();
  const summary = await summarize(client, scenario, report, seconds());
  await mkdir(dirname(summaryPath), { recursive: true });
  await writeFile(summaryPath, `${JSON.stringify(summary, null, 2)}\n`);
  screen.say(summaryText(summary));
  return summary;
}

/** Whether any inferencer has a model of the task in service: predictions can begin. */
async function isServed(client: RatchetClient, task: string): Promise<boolean> {
  const { rows } = await client.list('inferencers');
  return rows.some((i) => i.models.some((m) => m.task === task && m.state === 'SERVING'));
}

function announce(screen: Screen, champion: { generation: number; gateAccuracy: number }, seconds: number): number {
  screen.say(
    `${String(Math.round(seconds)).padStart(4)} s │ generation ${champion.generation} goes live: ${(100 * champion.gateAccuracy).toFixed(2)} % on the gate`,
  );
  return champion.generation;
}
