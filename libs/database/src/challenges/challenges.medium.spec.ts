import { type ChallengeFigures, Conflict, NotFound } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { newId } from '../columns';
import { migrate, openDatabase } from '../database';
import { AuditEvent, Challenge, ChallengeReport, Deployment } from '../entities';
import { InferencerRegistry } from '../fleet/inferencer-registry.repository';
import { CandidateGate } from '../promotions/candidate-gate.repository';
import { GateScenario } from '../promotions/gate.scenario';
import { Rollbacks } from '../promotions/rollbacks.repository';
import { TrialLeases } from '../trials/trial-leases.repository';
import { Challenges } from './challenges.repository';

describe('Challenges', () => {
  let database: DataSource;
  let stack: TestStack;
  let challenges: Challenges;
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl);
    challenges = new Challenges(database);
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });

  /** A task whose first model erred on three gate images and was replaced by one that erred on two; a third was kept. */
  const lay = async () => {
    const scenario = await GateScenario.lay(database);
    const { lease } = (await new TrialLeases(database).take(scenario.trialIds[0], scenario.holder))!;
    const gate = new CandidateGate(database);
    const decide = async (wrong: number[]) =>
      (await gate.decide(lease, scenario.candidate(wrong), 'spec')).modelVersion;
    const models = [await decide([0, 1, 2]), await decide([0, 1]), await decide([3, 4, 5, 6])];
    const start = (modelVersionId: string, percent = 10, mode: 'canary' | 'shadow' = 'canary') =>
      challenges.start({ taskId: scenario.taskId, modelVersionId, mode, percent, actor: 'ann@fab' });
    const desired = async () =>
      (await new InferencerRegistry(database).desired()).find((d) => d.taskId === scenario.taskId)!;
    return { scenario, taskId: scenario.taskId, decide, models, start, desired };
  };
  const figures = (compared: number): ChallengeFigures => ({
    champion: { requests: 10 * compared, failed: 0, latency: [[8, 10 * compared]] },
    challenger: { requests: compared, failed: 1, latency: [[9, compared]] },
    dropped: 0,
    compared,
    agreed: compared - 1,
    disagreements: [[0, 1, 1]],
  });

  it('set a model beside the champion under a generation of its own, audited, and take it back by one call', async () => {
    const { taskId, models, start, desired, scenario } = await lay();
    const { challenge } = await start(models[2].id);
    expect(challenge).toMatchObject({ againstId: models[1].id, generation: 3, percent: 10, mode: 'canary' });
    const { digest, bytes } = models[2];
    expect(await desired()).toMatchObject({
      generation: 2,
      digest: models[1].digest,
      challenger: { challengeId: challenge.id, generation: 3, digest, bytes, mode: 'canary', percent: 10 },
    });
    expect(await database.manager.findOneByOrFail(Deployment, { taskId, generation: 3 })).toMatchObject({
      reason: 'challenge',
      modelVersionId: models[2].id,
      promotionId: null,
    });

    const stopped = await challenges.stop(taskId, 'bob@fab');
    expect(stopped.challenge).toMatchObject({ id: challenge.id, ending: 'stopped' });
    expect((await desired()).challenger).toBeUndefined();
    expect(await desired()).toMatchObject({ generation: 2, digest: models[1].digest });
    const audit = await database.manager.find(AuditEvent, { where: { resourceId: taskId }, order: { at: 'ASC' } });
    expect(audit.slice(-2)).toMatchObject([
      { actor: 'ann@fab', action: 'challenge', detail: { percent: 10, mode: 'canary' } },
      { actor: 'bob@fab', action: 'challenge.stop' },
    ]);
    expect(await scenario.task()).toMatchObject({ championModelVersionId: models[1].id });
  });

  it('go on counting under another share, and begin anew in another mode, under the same generation', async () => {
    const { models, start, desired } = await lay();
    const first = await start(models[2].id, 10);
    expect((await start(models[2].id, 50)).challenge).toMatchObject({ id: first.challenge.id, percent: 50 });
    const shadow = await start(models[2].id, 50, 'shadow');
    expect(shadow.challenge).toMatchObject({ generation: 3, mode: 'shadow' });
    expect(shadow.challenge.id).not.toBe(first.challenge.id);
    expect((await challenges.get(first.challenge.id)).challenge.ending).toBe('replaced');
    expect((await start(models[0].id)).challenge.generation).toBe(4);
    expect((await desired()).challenger).toMatchObject({ digest: models[0].digest, generation: 4 });
  });

  it('end when the challenger becomes the champion, and go on against anybody else who does', async () => {
    const { taskId, models, start, desired, decide } = await lay();
    const first = await start(models[0].id, 25);
    const better = await decide([0]);
    const { rows } = await challenges.list({ filter: { taskId, endedAt: null }, sort: null, offset: 0, limit: 5 });
    expect(rows.map((row) => row.challenge)).toMatchObject([
      { modelVersionId: models[0].id, againstId: better.id, percent: 25, generation: 3, startedBy: 'ann@fab' },
    ]);
    expect((await challenges.get(first.challenge.id)).challenge.ending).toBe('new-champion');
    expect(await desired()).toMatchObject({ generation: 4, challenger: { generation: 3 } });

    await new Rollbacks(database).rollBack({ taskId, modelVersionId: models[0].id, actor: 'ann@fab', reason: 'spec' });
    expect((await challenges.get(rows[0].challenge.id)).challenge.ending).toBe('promoted');
    expect((await desired()).challenger).toBeUndefined();
    expect((await desired()).digest).toBe(models[0].digest);
  });

  it('refuse the champion, strangers, and tasks with nobody to challenge', async () => {
    const { taskId, models, start } = await lay();
    const other = await lay();
    await expect(start(models[1].id)).rejects.toThrow(Conflict);
    await expect(start(other.models[0].id)).rejects.toThrow(NotFound);
    await expect(challenges.stop(taskId, 'ann@fab')).rejects.toThrow(NotFound);
    const { taskId: young } = await GateScenario.lay(database);
    const order = {
      taskId: young,
      modelVersionId: models[0].id,
      mode: 'canary',
      percent: 1,
      actor: 'ann@fab',
    } as const;
    await expect(challenges.start(order)).rejects.toThrow('no champion yet');
    expect(await database.manager.countBy(Challenge, { taskId })).toBe(0);
  });

  it('leave one open when many are started at once', async () => {
    const { taskId, models, start } = await lay();
    await Promise.all(Array.from({ length: 8 }, (_, i) => start(models[i % 2 ? 0 : 2].id, i)));
    const { rows } = await challenges.list({ filter: { taskId, endedAt: null }, sort: null, offset: 0, limit: 5 });
    expect(rows).toHaveLength(1);
  });

  it('add up what inferencers report, however often, across restarts, and ignore what nobody asked for', async () => {
    const { models, start } = await lay();
    const { challenge } = await start(models[2].id);
    const registry = new InferencerRegistry(database);
    const known = { url: 'http://x', grpcUrl: null, host: 'x', draining: false, models: [], versions: {} };
    const [one, two] = [newId(), newId()];
    const [before, after] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];
    for (const id of [one, two]) await registry.heartbeat({ ...known, id, startedAt: before });
    const report = (id: string, startedAt: Date, compared: number) =>
      challenges.report(id, startedAt, [
        { id: challenge.id, figures: figures(compared) },
        { id: newId(), figures: figures(1) },
      ]);
    await report(one, before, 5);
    await report(one, before, 7);
    await report(one, before, 7);
    await report(one, after, 2);
    await report(two, before, 3);
    await challenges.report(two, before, []);
    expect((await challenges.get(challenge.id)).figures).toEqual({
      champion: { requests: 120, failed: 0, latency: [[8, 120]] },
      challenger: { requests: 12, failed: 3, latency: [[9, 12]] },
      dropped: 0,
      compared: 12,
      agreed: 9,
      disagreements: [[0, 1, 3]],
    });
    expect(await database.manager.countBy(ChallengeReport, { challengeId: challenge.id })).toBe(3);
  });
});
