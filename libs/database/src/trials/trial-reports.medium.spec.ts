import type { LiveEvent, MetricPoint } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { migrate, openDatabase } from '../database';
import { Metric } from '../entities';
import { listenLive } from '../live/live-listener';
import { GateScenario, sha256, upTo } from '../promotions/gate.scenario';
import { TrialCheckpoints } from './trial-checkpoints.repository';
import { TrialLeases } from './trial-leases.repository';
import { TrialReports } from './trial-reports.repository';

describe('what a trial reports', () => {
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

  const running = async () => {
    const scenario = await GateScenario.lay(database);
    const { lease } = (await new TrialLeases(database).take(scenario.trialIds[0], scenario.holder))!;
    return { scenario, lease, reports: new TrialReports(database) };
  };
  const loss = (step: number, value = step): MetricPoint => ({ name: 'train_loss', step, value });

  it('adds to its curves; points repeated after a resume and infinite ones change nothing', async () => {
    const { scenario, lease, reports } = await running();
    await reports.progress(lease, { step: 20, points: [loss(20), loss(10)] });
    await reports.progress(lease, { step: 30, points: [loss(20, 99), loss(30), loss(40, Number.NaN)] });
    const points = await database
      .getRepository(Metric)
      .find({ where: { trialId: lease.trialId }, order: { step: 'ASC' } });
    expect(points.map((p) => [p.step, p.value])).toEqual([
      [10, 10],
      [20, 20],
      [30, 30],
    ]);
    expect(await scenario.trial()).toMatchObject({ step: 30 });
  });

  it('keeps the best epoch and the confusion that belongs to it', async () => {
    const { scenario, lease, reports } = await running();
    await reports.started(lease, { device: 'cpu', totalSteps: 40, step: 0, versions: { engine: '1' } });
    const epoch = { points: [], bestEpoch: 1, bestValidationAccuracy: 0.5 };
    await reports.epoch(lease, { ...epoch, step: 10, epoch: 1, confusion: [[1, 0]] });
    await reports.epoch(lease, { ...epoch, step: 20, epoch: 2, confusion: null });
    expect(await scenario.trial()).toMatchObject({
      device: 'cpu',
      totalSteps: 40,
      step: 20,
      epoch: 2,
      bestEpoch: 1,
      bestValidationAccuracy: 0.5,
      confusion: [[1, 0]],
      versions: { engine: '1' },
    });
  });

  it('reaches listeners in notices that PostgreSQL takes, however many points there are', async () => {
    const { lease, reports } = await running();
    const steps: number[] = [];
    const heard = new Promise<void>((resolve) => {
      void listenLive(stack.databaseUrl, {
        onEvent: (event: LiveEvent) => {
          if (event.type !== 'metrics' || event.trialId !== lease.trialId) return;
          steps.push(...event.points.map((point) => point.step));
          if (steps.length === 500) resolve();
        },
      }).then(async (listener) => {
        await reports.progress(lease, { step: 500, points: upTo(500).map((i) => loss(i, 0.12345678901234567)) });
        await heard;
        await listener.close();
      });
    });
    await heard;
    expect(steps).toEqual(upTo(500));
  });

  it('keeps the two newest checkpoints and the best, and hands back the keys of the rest', async () => {
    const { lease } = await running();
    const checkpoints = new TrialCheckpoints(database);
    const add = (step: number, bestStep: number | null, key = `c/${step}`) =>
      checkpoints.add(lease, { step, objectKey: key, sha256: sha256(key), bytes: 10 }, bestStep);
    expect(await add(10, 10)).toEqual([]);
    expect(await add(20, 10)).toEqual([]);
    expect(await add(30, 10)).toEqual([]);
    expect(await add(40, 10)).toEqual(['c/20']);
    expect(await add(50, 50)).toEqual(expect.arrayContaining(['c/10', 'c/30']));
    expect(await add(50, 50, 'c/50-again')).toEqual(['c/50']);
    expect((await checkpoints.of(lease.trialId)).map((c) => c.objectKey)).toEqual(['c/50-again', 'c/40']);
  });
});
