import { setTimeout as delay } from 'node:timers/promises';
import { classNames, heavyModel, type TestModel } from '@ratchet/testing';
import type { CuttableServer, Cut, LiveStack } from './live.stack';
import { type OrderedModel, PromotedTask } from './promoted.task';
import { failuresOf, latencies, percentile, WatchedLoad } from './watched.load';

const TASK = 'outages';
const MODEL_BYTES = 1e6;
const CONNECTIONS = 2;
const PAUSE_MS = 5;
const PATIENCE_MS = 120_000;

/** What happened while something was away. Milliseconds. */
export interface OutagePhase {
  readonly away: string;
  readonly requests: number;
  readonly failures: number;
  readonly errors: readonly string[];
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** Whether every inferencer served the new model while something was still away. */
  readonly servedMeanwhile: boolean;
  /**
   * Until every inferencer served the new model: from its promotion or, where it had to wait for it, from the return of
   * the last server.
   */
  readonly servedAfterMs: number;
}

const now = () => performance.now();
const modelOf = (filling: number): TestModel =>
  heavyModel({
    input: { height: 28, width: 28, channels: 1 },
    classes: classNames(10),
    bytes: MODEL_BYTES,
    filling: filling + 1,
  });

/**
 * Takes each server of the stack away in turn, then all of them at once, for so many seconds each, under predictions
 * that go straight to every inferencer. In each phase a new model is promoted as soon as the database takes it.
 */
export async function runOutages(
  stack: LiveStack,
  { seconds, how, onPhase }: { seconds: number; how: Cut; onPhase?: (done: readonly OutagePhase[]) => Promise<void> },
): Promise<OutagePhase[]> {
  const { servers, database, store } = stack;
  const phases: (readonly CuttableServer[])[] = [[], ...servers.map((server) => [server]), servers, []];
  const task = await PromotedTask.lay(
    { database, store, client: stack.api.client },
    TASK,
    modelOf(0),
    1 + phases.length,
  );
  await task.publish(modelOf(0));
  await served(stack, task, await task.promote(modelOf(0)));
  const done: OutagePhase[] = [];
  for (const away of phases) {
    done.push(await runPhase(stack, task, modelOf(done.length + 1), away, { seconds, how }));
    await onPhase?.(done);
  }
  return done;
}

async function runPhase(
  stack: LiveStack,
  task: PromotedTask,
  model: TestModel,
  away: readonly CuttableServer[],
  { seconds, how }: { seconds: number; how: Cut },
): Promise<OutagePhase> {
  await task.publish(model);
  const body = Buffer.alloc(784, 3).toString('base64');
  const loads = stack.fleet.map(
    ({ url }) =>
      new WatchedLoad({
        port: Number(new URL(url).port),
        path: `/v2/models/${TASK}/classify`,
        body,
        connections: CONNECTIONS,
        pauseMs: PAUSE_MS,
      }),
  );
  const cut: CuttableServer[] = [];
  try {
    for (const load of loads) await load.until(CONNECTIONS);
    for (const server of away) {
      cut.push(server);
      await server.cut(how);
    }
    const cutAt = now();
    const databaseIsThere = away.every(({ name }) => name !== 'PostgreSQL');
    const early = databaseIsThere ? await promoteAndServe(stack, task, model) : null;
    await delay(Math.max(0, cutAt + seconds * 1e3 - now()));
    await Promise.all(cut.splice(0).map((server) => server.restore()));
    const returnedAt = now();
    const { promotedAt, serving } = early ?? (await promoteAndServe(stack, task, model));
    const servedAt = await serving;
    const servedMeanwhile = servedAt < returnedAt;
    const servedAfterMs = servedAt - (servedMeanwhile ? promotedAt : Math.max(promotedAt, returnedAt));
    const answered = await Promise.all(loads.map((load) => load.stop()));
    const times = answered.flatMap(latencies);
    return {
      away: away.length === stack.servers.length ? 'everything' : away.map(({ name }) => name).join() || 'nothing',
      requests: times.length,
      failures: answered.reduce((sum, requests) => sum + failuresOf(requests), 0),
      errors: answered.flatMap(({ errors }) => errors),
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      worst: percentile(times, 1),
      servedMeanwhile,
      servedAfterMs,
    };
  } finally {
    for (const load of loads) load.kill();
    await Promise.all(cut.map((server) => server.restore()));
  }
}

/** A pool that lost all its connections at once may need another attempt. */
async function promoteAndServe(stack: LiveStack, task: PromotedTask, model: TestModel) {
  const until = now() + PATIENCE_MS;
  for (;;) {
    try {
      const order = await task.promote(model);
      const promotedAt = now();
      const serving = served(stack, task, order).then(now);
      serving.catch(() => undefined); // it is awaited later
      return { promotedAt, serving };
    } catch (error) {
      if (now() > until) throw error;
      await delay(20);
    }
  }
}

/** Resolves once every inferencer has reported that it serves the order. */
async function served(stack: LiveStack, task: PromotedTask, order: OrderedModel): Promise<void> {
  const until = now() + PATIENCE_MS;
  while (!(await task.servedBy(stack.fleet.length, order).catch(() => false))) {
    if (now() > until) throw new Error(`generation ${order.generation} is not served after ${PATIENCE_MS} ms`);
    await delay(20);
  }
}
