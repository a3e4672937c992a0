import { randomUUID } from 'node:crypto';
import { promotion } from '@ratchet/contracts';
import { objectKeys } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import { apiAdmin, type ApiProcess, constantModel, manifestOf, refusalOf } from '@ratchet/testing';
import { ApiGround, type ApiScenario, scenarioClasses, sha256 } from '../api.scenario';

describe('a task with champions', () => {
  let ground: ApiGround;
  let api: ApiProcess;
  let scenario: ApiScenario;
  beforeAll(async () => {
    ground = await ApiGround.start();
    ({ api, scenario } = ground);
  }, 120_000);
  afterAll(() => ground?.stop());

  /** Two promotions, as a trainer would bring them about: the first model errs on one gate image, the second on none. */
  const reign = async () => {
    const selection = await scenario.selection();
    const decide = await scenario.training(selection);
    const input = { height: 28, width: 28, channels: 1 } as const;
    const described = manifestOf(constantModel({ input, classes: scenarioClasses, answer: 0 }));
    const model = () => ({ ...described, sha256: sha256(randomUUID()), bytes: 5 });
    return { taskId: selection.taskId, first: await decide(model(), 1), second: await decide(model()) };
  };
  const rollBack = (taskId: string, body: object) =>
    api.client.call('POST', `/api/tasks/${taskId}/rollback`, promotion, body);

  it('shows its champion, the evidence and what the model got wrong', async () => {
    const { taskId, first, second } = await reign();
    expect((await api.client.get('tasks', taskId)).champion).toMatchObject({
      modelVersionId: second.modelVersion.id,
      generation: 2,
      gateAccuracy: 1,
      state: 'PROVISIONAL',
    });
    const { rows } = await api.client.list('promotions', { filter: { taskId }, sort: ['query', 'ASC'] });
    expect(rows).toMatchObject([
      { outcome: 'promoted', againstId: null, generation: 1 },
      { outcome: 'promoted', againstId: first.modelVersion.id, gained: 1, lost: 0, generation: 2 },
    ]);
    const model = await api.client.get('model-versions', first.modelVersion.id);
    expect(model).toMatchObject({ version: 1, gateAccuracy: 0.5, isChampion: false });
    expect(model.gateConfusion.flat().reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(model.gateInterval.low).toBeGreaterThan(0);
    const mistakes = await api.client.send('GET', `/api/model-versions/${model.id}/mistakes`);
    expect(await mistakes.json()).toMatchObject([{ file: expect.any(String) }]);
    const deployments = await api.client.list('deployments', { filter: { taskId } });
    expect(deployments.rows.map((row) => [row.generation, row.digest])).toEqual([
      [2, second.modelVersion.digest],
      [1, first.modelVersion.digest],
    ]);
  });

  it('gives its ONNX file away', async () => {
    const { first } = await reign();
    const path = `/api/model-versions/${first.modelVersion.id}/download`;
    expect(await refusalOf(api.client.send('GET', path))).toMatchObject({ status: 404 });
    const store = openObjectStore({ kind: 'directory', directory: ground.stack.objectsDirectory });
    await store.put(objectKeys.model(first.modelVersion.digest), Buffer.from('ONNX!'));
    const response = await api.client.send('GET', path);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="task-.*-v1.onnx"$/);
    expect(await response.text()).toBe('ONNX!');
  });

  it('goes back by one call, under a new generation, named and audited', async () => {
    const { taskId, first } = await reign();
    const admin = await api.asUser(apiAdmin.email, apiAdmin.password);
    const reason = 'calls scratches cracks';
    const rolled = await admin.call('POST', `/api/tasks/${taskId}/rollback`, promotion, { reason });
    expect(rolled).toMatchObject({
      outcome: 'rolled-back',
      modelVersionId: first.modelVersion.id,
      generation: 3,
      actor: apiAdmin.email,
      reason,
    });
    expect((await api.client.get('tasks', taskId)).champion).toMatchObject({
      modelVersionId: first.modelVersion.id,
      generation: 3,
    });
    const { rows } = await api.client.list('audit-events', { filter: { actor: apiAdmin.email, resourceId: taskId } });
    expect(rows).toHaveLength(1);
  });

  it('cannot be promoted past what it is, and says how to go back instead', async () => {
    const { taskId, first } = await reign();
    const promote = api.client.call('POST', `/api/tasks/${taskId}/promote`, promotion, {
      modelVersionId: first.modelVersion.id,
      reason: 'try',
    });
    expect(await refusalOf(promote)).toMatchObject({
      status: 409,
      message: expect.stringMatching(/Not better.*rollback/),
    });
  });

  it('takes twenty rollbacks at once one after the other, each its own generation', async () => {
    const { taskId, first, second } = await reign();
    const targets = [first.modelVersion.id, second.modelVersion.id];
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => rollBack(taskId, { modelVersionId: targets[i % 2], reason: `try ${i}` })),
    );
    const done = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    for (const answer of answers)
      if (answer.status === 'rejected')
        expect(await refusalOf(Promise.reject(answer.reason))).toMatchObject({
          status: 409,
          message: expect.stringContaining('is the champion'),
        });
    expect(done.length).toBeGreaterThan(0);
    const generations = done.map((row) => row.generation!).sort((a, b) => a - b);
    expect(generations).toEqual(generations.map((_, i) => 3 + i));
    const last = done.find((row) => row.generation === 2 + done.length)!;
    expect((await api.client.get('tasks', taskId)).champion).toMatchObject({
      modelVersionId: last.modelVersionId,
      generation: last.generation,
    });
  });

  it('refuses to go back to nothing, to a stranger, or without a reason', async () => {
    const { taskId } = await reign();
    const other = await reign();
    const fresh = await scenario.task((await scenario.datasetVersion()).id);
    expect(await refusalOf(rollBack(fresh.id, { reason: 'x' }))).toMatchObject({ status: 409 });
    expect(
      await refusalOf(rollBack(taskId, { reason: 'x', modelVersionId: other.first.modelVersion.id })),
    ).toMatchObject({ status: 404 });
    expect(await refusalOf(rollBack(taskId, { reason: ' ' }))).toMatchObject({ status: 422 });
    expect(await refusalOf(rollBack(randomUUID(), { reason: 'x' }))).toMatchObject({ status: 404 });
  });
});
