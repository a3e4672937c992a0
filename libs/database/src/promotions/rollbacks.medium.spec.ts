import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { migrate, openDatabase } from '../database';
import { AuditEvent, Deployment } from '../entities';
import { TrialLeases } from '../trials/trial-leases.repository';
import { CandidateGate } from './candidate-gate.repository';
import { GateScenario } from './gate.scenario';
import { Rollbacks } from './rollbacks.repository';

describe('Rollbacks', () => {
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

  /** A task whose champions erred on 3, 2 and 1 gate images, in that order. */
  const reigns = async () => {
    const scenario = await GateScenario.lay(database);
    const { lease } = (await new TrialLeases(database).take(scenario.trialIds[0], scenario.holder))!;
    const gate = new CandidateGate(database);
    const decide = (wrong: number[]) => gate.decide(lease, scenario.candidate(wrong), 'spec');
    const models = [await decide([0, 1, 2]), await decide([0, 1]), await decide([0])].map((d) => d.modelVersion);
    return { scenario, models, decide, rollbacks: new Rollbacks(database) };
  };

  it('goes back to the model that the champion replaced, under a new generation, and says so', async () => {
    const { scenario, models, rollbacks } = await reigns();
    const { taskId } = scenario;
    const rolled = await rollbacks.rollBack({ taskId, actor: 'ann@fab', reason: 'scratches look like cracks' });

    expect(rolled).toMatchObject({
      outcome: 'rolled-back',
      modelVersionId: models[1].id,
      againstId: models[2].id,
      generation: 4,
      gained: 0,
      lost: 1,
      actor: 'ann@fab',
      reason: 'scratches look like cracks',
      state: 'PROVISIONAL',
    });
    expect(await scenario.task()).toMatchObject({
      generation: 4,
      championModelVersionId: models[1].id,
      gateQueries: 3,
    });
    expect(await database.getRepository(Deployment).findOneByOrFail({ taskId, generation: 4 })).toMatchObject({
      modelVersionId: models[1].id,
      reason: 'rollback',
    });
    expect(
      await database.getRepository(AuditEvent).findOneByOrFail({ resourceId: taskId, action: 'rollback' }),
    ).toMatchObject({ actor: 'ann@fab', detail: expect.objectContaining({ generation: 4 }) });
  });

  it('goes further back each time, and stops at the first champion', async () => {
    const { scenario, models, rollbacks } = await reigns();
    const order = { taskId: scenario.taskId, actor: 'ann', reason: 'worse on the line' };
    await rollbacks.rollBack(order);
    expect(await rollbacks.rollBack(order)).toMatchObject({ modelVersionId: models[0].id, generation: 5 });
    await expect(rollbacks.rollBack(order)).rejects.toThrow('there is no earlier one to roll back to');
  });

  it('lets the next candidate compete with the model that serves now', async () => {
    const { scenario, models, decide, rollbacks } = await reigns();
    await rollbacks.rollBack({ taskId: scenario.taskId, modelVersionId: models[0].id, actor: 'ann', reason: 'x' });
    const { promotion } = await decide([0, 1]);
    expect(promotion).toMatchObject({ outcome: 'promoted', againstId: models[0].id, generation: 5 });
  });

  it('refuses what never served, what serves already, and what is not there', async () => {
    const { scenario, models, decide, rollbacks } = await reigns();
    const { modelVersion: kept } = await decide([0, 1, 2, 3]);
    const to = (modelVersionId: string) =>
      rollbacks.rollBack({ taskId: scenario.taskId, modelVersionId, actor: 'ann', reason: 'x' });
    await expect(to(kept.id)).rejects.toThrow('has never served');
    await expect(to(models[2].id)).rejects.toThrow('is the champion');
    await expect(to(scenario.taskId)).rejects.toThrow('There is no model version');
    const untouched = await GateScenario.lay(database);
    await expect(rollbacks.rollBack({ taskId: untouched.taskId, actor: 'ann', reason: 'x' })).rejects.toThrow(
      'has no champion yet',
    );
    expect(await scenario.task()).toMatchObject({ generation: 3 });
  });

  it('and promotions that come at once keep one line of generations', async () => {
    const { scenario, decide, rollbacks } = await reigns();
    const { taskId } = scenario;
    await Promise.all([
      rollbacks.rollBack({ taskId, actor: 'ann', reason: 'x' }),
      decide([]),
      rollbacks.rollBack({ taskId, actor: 'bob', reason: 'y' }),
    ]);
    const deployments = await database
      .getRepository(Deployment)
      .find({ where: { taskId }, order: { generation: 'ASC' } });
    expect(deployments.map((d) => d.generation)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await scenario.task()).championModelVersionId).toBe(deployments[5].modelVersionId);
  });
});
