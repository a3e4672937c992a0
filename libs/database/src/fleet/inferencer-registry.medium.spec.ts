import type { LiveEvent } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { newId } from '../columns';
import { migrate, openDatabase } from '../database';
import { AuditEvent, Deployment, Inferencer } from '../entities';
import { listenLive, type LiveListener } from '../live/live-listener';
import { CandidateGate } from '../promotions/candidate-gate.repository';
import { GateScenario } from '../promotions/gate.scenario';
import { TrialLeases } from '../trials/trial-leases.repository';
import { TaskServing } from '../tasks/task-serving.repository';
import { InferencerRegistry } from './inferencer-registry.repository';

describe('InferencerRegistry', () => {
  let database: DataSource;
  let stack: TestStack;
  let listener: LiveListener;
  const events: LiveEvent[] = [];
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl);
    listener = await listenLive(stack.databaseUrl, { onEvent: (event) => events.push(event) });
  });
  afterAll(async () => {
    await listener.close();
    await database.destroy();
    await stack.stop();
  });

  const describe_ = (id = newId()) => ({
    id,
    url: 'http://127.0.0.1:7101',
    grpcUrl: 'http://127.0.0.1:7102',
    host: 'one',
    startedAt: new Date('2026-01-01T00:00:00Z'),
    draining: false,
    models: [],
    versions: {},
  });
  const promote = async () => {
    const scenario = await GateScenario.lay(database, { trials: 2 });
    const { lease } = (await new TrialLeases(database).take(scenario.trialIds[0], scenario.holder))!;
    const { modelVersion } = await new CandidateGate(database).decide(lease, scenario.candidate([0, 1]), 'spec');
    return { scenario, modelVersion, task: await scenario.task() };
  };

  it('tells inferencers the newest deployment of every task that has a champion', async () => {
    const { modelVersion, task } = await promote();
    const desired = await new InferencerRegistry(database).desired();
    expect(desired.find((d) => d.taskId === task.id)).toEqual({
      taskId: task.id,
      task: task.name,
      generation: 1,
      digest: modelVersion.digest,
      bytes: modelVersion.bytes,
      classes: modelVersion.classes,
      input: modelVersion.input,
    });
  });

  it('leaves out a task that was unloaded, whatever is promoted meanwhile, until it is loaded', async () => {
    const { scenario, modelVersion, task } = await promote();
    const serving = new TaskServing(database);
    const desired = async () => {
      const all = await new InferencerRegistry(database).desired();
      return all.filter((d) => d.taskId === task.id).map((d) => d.digest);
    };
    const state = async () => (await serving.list()).find((t) => t.name === task.name);
    await serving.set(task.name, false, 'anna');
    await serving.set(task.name, false, 'bert'); // nothing new
    expect(await desired()).toEqual([]);
    expect(await state()).toEqual({ name: task.name, generation: 1, served: false });
    const { lease } = (await new TrialLeases(database).take(scenario.trialIds[1], scenario.holder))!;
    const better = scenario.candidate([], { validationAccuracy: 0.95 });
    await new CandidateGate(database).decide(lease, better, 'spec');
    expect(await desired()).toEqual([]);
    await serving.set(task.name, true, 'anna');
    expect(await desired()).toEqual([better.sha256]);
    expect(modelVersion.digest).not.toBe(better.sha256);
    const events = await database.getRepository(AuditEvent).findBy({ resourceId: task.id });
    expect(events.map((e) => [e.actor, e.action]).filter(([, action]) => action.endsWith('load'))).toEqual([
      ['anna', 'unload'],
      ['anna', 'load'],
    ]);
    await expect(serving.set('nobody', true, 'anna')).rejects.toMatchObject({ code: 'not_found' });
    const { name } = await (await GateScenario.lay(database)).task();
    await expect(serving.set(name, true, 'anna')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('stamps a deployment when the first and when another inferencer begins to serve it, and not in between', async () => {
    const { modelVersion, task } = await promote();
    const registry = new InferencerRegistry(database);
    const served = { task: task.name, digest: modelVersion.digest, generation: 1, state: 'SERVING' as const };
    const stampsOf = () => database.getRepository(Deployment).findOneByOrFail({ taskId: task.id });
    const first = describe_();
    await registry.heartbeat({ ...first, models: [{ ...served, state: 'LOADING' }] });
    expect((await stampsOf()).firstServingAt).toBeNull();
    await registry.heartbeat({ ...first, models: [served] });
    const once = await stampsOf();
    expect(once.firstServingAt).toEqual(once.lastServingAt);
    await registry.heartbeat({ ...first, models: [served] });
    expect(await stampsOf()).toEqual(once);
    await registry.heartbeat({ ...describe_(), models: [served] });
    const twice = await stampsOf();
    expect(twice.firstServingAt).toEqual(once.firstServingAt);
    expect(twice.lastServingAt!.getTime()).toBeGreaterThan(once.lastServingAt!.getTime());
  });

  it('tells listeners of changes and keeps silent about mere heartbeats', async () => {
    const registry = new InferencerRegistry(database);
    const beat = describe_();
    const told = () => events.filter((e) => e.type === 'changed' && e.id === beat.id).length;
    await registry.heartbeat(beat);
    await registry.heartbeat(beat);
    await registry.heartbeat({ ...beat, draining: true });
    const last = describe_();
    await registry.heartbeat(last);
    while (!events.some((e) => e.type === 'changed' && e.id === last.id)) await new Promise(setImmediate);
    expect(told()).toBe(2);
  });

  it('forgets nobody, but knows who was heard of lately', async () => {
    const registry = new InferencerRegistry(database);
    const beat = describe_();
    await registry.heartbeat(beat);
    await database.query(`UPDATE inferencers SET last_heartbeat_at = now() - interval '1 minute' WHERE id = $1`, [
      beat.id,
    ]);
    expect((await registry.heardWithin(30)).map((i) => i.id)).not.toContain(beat.id);
    expect(await registry.get(beat.id)).toBeInstanceOf(Inferencer);
  });
});
