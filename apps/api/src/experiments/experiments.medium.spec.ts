import { randomUUID } from 'node:crypto';
import { curves, experiment, experimentPreview, metric, type ExperimentView } from '@ratchet/contracts';
import { type DataSource, Trial } from '@ratchet/database';
import { type JobQueue, openQueue } from '@ratchet/queue';
import { type ApiProcess, refusalOf } from '@ratchet/testing';
import { ApiGround, type ApiScenario, type ItemOfScenario, sha256 } from '../api.scenario';

describe('experiments', () => {
  let ground: ApiGround;
  let api: ApiProcess;
  let database: DataSource;
  let scenario: ApiScenario;
  let queue: JobQueue<'trials'>;
  beforeAll(async () => {
    ground = await ApiGround.start();
    ({ api, database, scenario } = ground);
    queue = openQueue(ground.stack.redisUrl, 'trials');
  }, 120_000);
  afterAll(async () => {
    await queue?.close();
    await ground?.stop();
  });

  const trialsOf = async (id: string) =>
    (await api.client.list('trials', { filter: { experimentId: id }, range: [0, 999] })).rows;
  const act = (id: string, verb: 'run-missing' | 'cancel') =>
    api.client.call('POST', `/api/experiments/${id}/${verb}`, experiment);
  const end = (id: string, state: 'COMPLETED' | 'FAILED') => database.getRepository(Trial).update({ id }, { state });

  it('say how many trials they stand for before anything is written', async () => {
    const selection = await scenario.selection();
    expect(await api.client.call('POST', '/api/experiments/preview', experimentPreview, selection)).toEqual({
      trials: 6,
      epochs: 12,
    });
    const { total } = await api.client.list('experiments', { filter: { taskId: selection.taskId } });
    expect(total).toBe(0);
  });

  it('launch every combination as a queued trial, ring for it, and are audited', async () => {
    const before = await queue.counts();
    const launched = await api.client.create('experiments', await scenario.selection());
    expect(launched).toMatchObject({ trials: 6, counts: { QUEUED: 6, RUNNING: 0 }, bestTrialId: null });
    const trials = await trialsOf(launched.id);
    expect(new Set(trials.map((t) => `${t.networkVersionId} ${t.seed}`)).size).toBe(6);
    expect(trials[0].hyperparameters).toMatchObject({ epochs: 2, optimizer: 'adam', learningRate: 0.001 });
    expect((await queue.counts()).waiting - before.waiting).toBe(6);
    const { rows } = await api.client.list('audit-events', { filter: { resourceId: launched.id } });
    expect(rows).toMatchObject([{ action: 'experiments.launch', actor: 'key:tests', detail: { trials: 6 } }]);
  });

  it('count settings that occur twice once', async () => {
    const selection = await scenario.selection();
    const again = await scenario.hyperparameters({ seed: [3, 4], epochs: 2 });
    const launched = await api.client.create('experiments', {
      ...selection,
      networkVersionIds: [...selection.networkVersionIds, ...selection.networkVersionIds],
      hyperparameterSetIds: [...selection.hyperparameterSetIds, again.id],
    });
    expect(launched.trials).toBe(8);
  });

  it('are launched once under one idempotency key, by twenty callers at once', async () => {
    const [selection, key] = [await scenario.selection(), randomUUID()];
    await Promise.allSettled(Array.from({ length: 20 }, () => api.client.create('experiments', selection, key)));
    const { rows } = await api.client.list('experiments', { filter: { taskId: selection.taskId } });
    expect(rows).toMatchObject([{ trials: 6 }]);
  });

  it('run exactly the missing cells again, however many ask at once', async () => {
    const launched = await api.client.create('experiments', await scenario.selection());
    const [done, failed, missing] = await trialsOf(launched.id);
    await end(done.id, 'COMPLETED');
    await end(failed.id, 'FAILED');
    await database.getRepository(Trial).delete({ id: missing.id });

    const answers = await Promise.all(Array.from({ length: 20 }, () => act(launched.id, 'run-missing')));
    expect(answers[0]).toMatchObject({ trials: 6, counts: { COMPLETED: 1, FAILED: 0, QUEUED: 5 } });
    const after = await trialsOf(launched.id);
    expect(after).toHaveLength(6);
    expect(after.find((trial) => trial.id === done.id)?.state).toBe('COMPLETED');
    const { rows } = await api.client.list('audit-events', {
      filter: { resourceId: launched.id, action: 'experiments.run-missing' },
      range: [0, 99],
    });
    const sum = (key: string) => rows.reduce((total, row) => total + (row.detail[key] as number), 0);
    expect({ added: sum('added'), retried: sum('retried') }).toEqual({ added: 1, retried: 1 });
  });

  it('are cancelled trial by trial', async () => {
    const launched = await api.client.create('experiments', await scenario.selection());
    const [first, second] = await trialsOf(launched.id);
    await end(first.id, 'COMPLETED');
    await api.client.send('POST', `/api/trials/${second.id}/cancel`);
    expect(await refusalOf(api.client.send('POST', `/api/trials/${second.id}/cancel`))).toMatchObject({
      status: 409,
      message: expect.stringContaining('CANCELLED already'),
    });
    expect((await act(launched.id, 'cancel')).counts).toMatchObject({ COMPLETED: 1, CANCELLED: 5, QUEUED: 0 });
    await api.client.send('POST', `/api/trials/${second.id}/retry`);
    expect(await refusalOf(api.client.send('POST', `/api/trials/${first.id}/retry`))).toMatchObject({ status: 409 });
    expect((await api.client.get('experiments', launched.id)).counts).toMatchObject({ QUEUED: 1, CANCELLED: 4 });
  });

  it('show thinned curves that keep their first and last points', async () => {
    const launched: ExperimentView = await api.client.create('experiments', await scenario.selection());
    const [trial, other] = await trialsOf(launched.id);
    await database.query(
      `INSERT INTO metrics SELECT $1, 'validation_accuracy', step, step / 1000.0 FROM generate_series(1, 1000) AS step`,
      [trial.id],
    );
    await database.query(`INSERT INTO metrics VALUES ($1, 'validation_accuracy', 5, 0.5), ($1, 'train_loss', 5, 2)`, [
      other.id,
    ]);
    const thin = await api.client.call('GET', `/api/experiments/${launched.id}/curves?points=50`, curves);
    const long = thin.find((curve) => curve.trialId === trial.id)!;
    expect(long.steps).toHaveLength(50);
    expect([long.steps[0], long.steps.at(-1), long.values.at(-1)]).toEqual([1, 1000, 1]);
    expect(thin.find((curve) => curve.trialId === other.id)).toMatchObject({ steps: [5], values: [0.5] });
    const points = await api.client.call('GET', `/api/trials/${other.id}/metrics`, metric.array());
    expect(points.map((point) => point.name)).toEqual(['train_loss', 'validation_accuracy']);
  });

  it('let a trial that wrote no log yet have an empty one', async () => {
    const launched = await api.client.create('experiments', await scenario.selection());
    const [trial] = await trialsOf(launched.id);
    expect(await (await api.client.send('GET', `/api/trials/${trial.id}/log`)).json()).toEqual([]);
  });

  it('are rung for by the sweeper when the queue forgot them', async () => {
    const launched = await api.client.create('experiments', await scenario.selection());
    const [trial] = await trialsOf(launched.id);
    expect(await queue.withdraw(trial.id)).toBe(true);
    let back = false;
    while (!back) {
      back = await queue.withdraw(trial.id);
      if (!back) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(back).toBe(true);
  });

  describe('refuse', () => {
    const launch = (selection: object) => refusalOf(api.client.call('POST', '/api/experiments', experiment, selection));
    const refusedField = async (change: object) => {
      const selection = { ...(await scenario.selection()), ...change };
      const refusal = await launch(selection);
      expect(refusal).toMatchObject({ status: 422, code: 'invalid_input' });
      const { total } = await api.client.list('experiments', { filter: { taskId: selection.taskId } });
      expect(total).toBe(0);
      return `${refusal.errors?.[0].field}: ${refusal.errors?.[0].message}`;
    };

    it('what does not exist', async () => {
      for (const field of ['datasetVersionIds', 'networkVersionIds', 'hyperparameterSetIds'])
        expect(await refusedField({ [field]: [randomUUID()] })).toMatch(new RegExp(`^${field}: there is no`));
      expect((await launch({ ...(await scenario.selection()), taskId: randomUUID() })).message).toMatch(/no task/);
    });

    it('a deleted dataset, network or set', async () => {
      const version = await scenario.datasetVersion();
      await database.query('UPDATE datasets SET deleted_at = now() WHERE id = $1', [version.datasetId]);
      expect(await refusedField({ datasetVersionIds: [version.id] })).toBe(
        `datasetVersionIds: the dataset '${version.name}' was deleted; choose another`,
      );
      const network = await scenario.network();
      await api.client.send('DELETE', `/api/networks/${network.id}`);
      expect(await refusedField({ networkVersionIds: [network.latestVersionId] })).toMatch(/was deleted/);
      const set = await scenario.hyperparameters();
      await api.client.send('DELETE', `/api/hyperparameter-sets/${set.id}`);
      expect(await refusedField({ hyperparameterSetIds: [set.id] })).toMatch(/was deleted/);
    });

    it("another class list than the task's", async () => {
      const version = await scenario.datasetVersion({ classes: ['crack', 'good'] });
      expect(await refusedField({ datasetVersionIds: [version.id] })).toMatch(
        /has the classes crack, good; task '.*' has good, crack/,
      );
    });

    it('training on images or groups of the gate set, saying how many', async () => {
      const gate = await scenario.datasetVersion();
      const task = await scenario.task(gate.id);
      const gateItems = gate.items.filter((item) => item.split === 'gate');
      const own = (name: string, group = name): ItemOfScenario => ({ sha256: sha256(name), split: 'train', group });
      const sameImages = await scenario.datasetVersion({
        items: [...gateItems.map((item) => ({ ...item, split: 'train' as const, group: randomUUID() })), own('a')],
      });
      const sameGroup = await scenario.datasetVersion({ items: [own('b', gateItems[0].group), own('c')] });
      const inItsGate = await scenario.datasetVersion({ items: [...gateItems, own('d')] });
      const refused = async (id: string) => refusedField({ taskId: task.id, datasetVersionIds: [id] });
      expect(await refused(sameImages.id)).toMatch(/trains or validates on 2 images and 0 groups of the gate set/);
      expect(await refused(sameGroup.id)).toMatch(/trains or validates on 0 images and 1 groups of the gate set/);
      await api.client.create('experiments', {
        ...(await scenario.selection()),
        taskId: task.id,
        datasetVersionIds: [inItsGate.id],
      });
    });

    it('a network that does not fit the input of the task', async () => {
      const version = await scenario.datasetVersion();
      const task = await scenario.task(version.id, { input: { height: 8, width: 8, channels: 1 } });
      const layers = [
        { class_name: 'Conv2D', config: { name: 'wide-kernel', filters: 2, kernel_size: [9, 9], padding: 'valid' } },
        { class_name: 'Flatten', config: { name: 'flat' } },
        { class_name: 'Dense', config: { name: 'out', units: 2, activation: 'softmax' } },
      ];
      const network = await api.client.create('networks', {
        name: randomUUID(),
        spec: { kind: 'keras', model: { class_name: 'Sequential', config: { name: 'wide', layers } } },
        input: { height: 32, width: 32, channels: 1 },
        classes: 2,
      });
      const refusal = await launch({
        ...(await scenario.selection()),
        taskId: task.id,
        datasetVersionIds: [version.id],
        networkVersionIds: [network.latestVersionId],
      });
      expect(refusal).toMatchObject({ status: 422 });
      expect(refusal.message).toMatch(/does not fit task '.*' \(8×8×1, 2 classes\)/);
    });

    it('more trials than anybody could mean', async () => {
      const many = Array.from({ length: 32 }, (_, i) => i);
      const large = await Promise.all(
        many
          .slice(0, 11)
          .map((i) =>
            scenario.hyperparameters({ seed: many.slice(0, 31), batchSize: many.map((b) => b + 1), epochs: i + 1 }),
          ),
      );
      expect(await refusedField({ hyperparameterSetIds: large.map((set) => set.id) })).toMatch(
        /stands for 21824 trials; 10000 are allowed/,
      );
    });
  });
});
