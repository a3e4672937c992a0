import type { GateRules } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { migrate, openDatabase } from '../database';
import { AuditEvent, Deployment } from '../entities';
import { TrialLeases } from '../trials/trial-leases.repository';
import { CandidateGate } from './candidate-gate.repository';
import { classes, GateScenario } from './gate.scenario';
import { ManualPromotions } from './manual-promotions.repository';

describe('Promotions by hand', () => {
  let database: DataSource;
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl);
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });

  /** Candidates of a task that leaves promotions to people, by the gate images each got wrong. */
  const candidates = async (rules: Partial<GateRules>, ...wrong: number[][]) => {
    const scenario = await GateScenario.lay(database, { rules: { policy: 'manual', ...rules } });
    const { lease } = (await new TrialLeases(database).take(scenario.trialIds[0], scenario.holder))!;
    const gate = new CandidateGate(database);
    const models = [];
    for (const each of wrong) models.push((await gate.decide(lease, scenario.candidate(each), 'spec')).modelVersion);
    const promotions = new ManualPromotions(database);
    const promote = (modelVersionId: string) =>
      promotions.promote({ taskId: scenario.taskId, modelVersionId, actor: 'ann@fab', reason: 'canary went well' });
    return { scenario, models, promote };
  };

  it('make the first champion, then a better one, and say who and why', async () => {
    const { scenario, models, promote } = await candidates({}, [0, 1], [0]);
    expect(await scenario.task()).toMatchObject({ championModelVersionId: null, gateQueries: 2 });
    await promote(models[0].id);
    const second = await promote(models[1].id);
    expect(second).toMatchObject({
      outcome: 'promoted',
      againstId: models[0].id,
      gained: 1,
      lost: 0,
      query: 4,
      generation: 2,
      state: 'PROVISIONAL',
      actor: 'ann@fab',
      reason: expect.stringMatching(/Promoted by hand: canary went well$/),
    });
    const { taskId } = scenario;
    expect(await scenario.task()).toMatchObject({ championModelVersionId: models[1].id, generation: 2 });
    expect(await database.getRepository(Deployment).findOneByOrFail({ taskId, generation: 2 })).toMatchObject({
      modelVersionId: models[1].id,
      reason: 'promotion',
    });
    expect(await database.getRepository(AuditEvent).countBy({ resourceId: taskId, actor: 'ann@fab' })).toBe(2);
  });

  it('do not go backwards, nor past a veto, and change nothing when refused', async () => {
    const { scenario, models, promote } = await candidates(
      { criticalClasses: [classes[1]], escapeTolerance: 0 },
      [0, 3],
      [0, 3, 6],
      [1],
    );
    await promote(models[0].id);
    await expect(promote(models[0].id)).rejects.toThrow('is the champion');
    await expect(promote(models[1].id)).rejects.toThrow(/cannot be promoted. Not better .* rollback/);
    await expect(promote(models[2].id)).rejects.toThrow('Escapes of the critical class crack would rise from 0 to 1');
    await expect(promote(scenario.taskId)).rejects.toThrow('There is no model version');
    expect(await scenario.task()).toMatchObject({ generation: 1, gateQueries: 4 });
  });

  it('that come at once leave one champion after the other', async () => {
    const { scenario, models, promote } = await candidates({}, [0, 1, 2], [0, 1], [0], []);
    const ended = await Promise.allSettled(models.map(({ id }) => promote(id)));
    expect(ended[3].status).toBe('fulfilled');
    const { generation, championModelVersionId } = await scenario.task();
    expect(championModelVersionId).toBe(models[3].id);
    expect(generation).toBe(ended.filter(({ status }) => status === 'fulfilled').length);
  });
});
