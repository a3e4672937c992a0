import { LeaseLost, maxAttempts, type LiveEvent } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { migrate, openDatabase } from '../database';
import { Checkpoint, Metric, Trial } from '../entities';
import { listenLive } from '../live/live-listener';
import { GateScenario, sha256, upTo } from '../promotions/gate.scenario';
import { TrialCheckpoints } from './trial-checkpoints.repository';
import { TrialLeases } from './trial-leases.repository';
import { cancelTrial, retryTrial } from './trial-orders';
import { TrialReports } from './trial-reports.repository';

describe('the lease of a trial', () => {
  let database: DataSource;
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl, { poolSize: 24 });
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });

  const lay = async () => {
    const scenario = await GateScenario.lay(database);
    const leases = new TrialLeases(database);
    const [id] = scenario.trialIds;
    return { scenario, leases, id, take: () => leases.take(id, scenario.holder) };
  };
  const expire = (id: string) =>
    database.getRepository(Trial).update(id, { leaseExpiresAt: () => "now() - interval '1 second'" });
  const silently = async () => {};

  it('goes to one of twenty takers', async () => {
    const { scenario, take } = await lay();
    const orders = await Promise.all(upTo(20).map(take));
    const taken = orders.filter((order) => order !== null);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({
      attempt: 1,
      lease: { token: 1 },
      taskId: scenario.taskId,
      network: { kind: 'zoo', name: 'mlp' },
      hyperparameters: { seed: 0, epochs: 10 },
    });
    expect(await scenario.trial()).toMatchObject({ state: 'RUNNING', leasedBy: 'spec', trainerId: scenario.trainerId });
  });

  it('that was taken over is worth nothing: no metric, checkpoint, claim or end can be written', async () => {
    const { leases, id, take } = await lay();
    const stale = (await take())!.lease;
    await expire(id);
    await leases.sweep(silently);
    const { lease } = (await take())!;
    expect(lease.token).toBe(stale.token + 1);

    const reports = new TrialReports(database);
    const checkpoints = new TrialCheckpoints(database);
    const point = { name: 'train_loss' as const, step: 1, value: 1 };
    const writes = [
      () => leases.renew(stale),
      () => leases.release(stale),
      () => leases.startAgain(stale),
      () => reports.started(stale, { device: 'cpu', totalSteps: 1, step: 0, versions: {} }),
      () => reports.progress(stale, { step: 1, points: [point] }),
      () =>
        reports.epoch(stale, {
          step: 1,
          points: [point],
          epoch: 1,
          bestEpoch: 1,
          bestValidationAccuracy: 1,
          confusion: null,
        }),
      () => reports.claimBest(stale, 0.5),
      () => reports.completed(stale, sha256('w')),
      () => reports.failed(stale, { code: 'x', message: 'x' }),
      () => reports.cancelled(stale),
      () => checkpoints.add(stale, { step: 1, objectKey: 'k', sha256: sha256('k'), bytes: 1 }, null),
    ];
    for (const write of writes) await expect(write()).rejects.toThrow(LeaseLost);
    expect(await database.getRepository(Metric).countBy({ trialId: id })).toBe(0);
    expect(await database.getRepository(Checkpoint).countBy({ trialId: id })).toBe(0);
    await leases.renew(lease);
  });

  it('that runs out makes the trial LOST, rung for, then QUEUED, and listeners hear each', async () => {
    const { leases, id, take } = await lay();
    const heard: string[] = [];
    const seen = new Promise<void>((resolve) => {
      void listenLive(stack.databaseUrl, {
        onEvent: (event: LiveEvent) => {
          if (event.type !== 'trial' || event.id !== id) return;
          heard.push(event.state);
          if (event.state === 'QUEUED') resolve();
        },
      }).then(async (listener) => {
        await take();
        await expire(id);
        await leases.sweep(async (ids) => {
          expect(ids).toContain(id);
          expect((await database.getRepository(Trial).findOneByOrFail({ id })).state).toBe('LOST');
        });
        await seen;
        await listener.close();
      });
    });
    await seen;
    expect(heard).toEqual(['RUNNING', 'LOST', 'QUEUED']);
  });

  it('stays LOST when the queue cannot be reached, and the next sweep rings again', async () => {
    const { scenario, leases, id, take } = await lay();
    await take();
    await expire(id);
    await expect(leases.sweep(() => Promise.reject(new Error('no queue')))).rejects.toThrow('no queue');
    expect(await scenario.trial()).toMatchObject({ state: 'LOST' });
    const rung: string[] = [];
    await leases.sweep(async (ids) => void rung.push(...ids));
    expect(rung).toContain(id);
    expect(await scenario.trial()).toMatchObject({ state: 'QUEUED', leasedBy: null });
  });

  it('is left alone by sweeps while it is renewed', async () => {
    const { scenario, leases, id, take } = await lay();
    const { lease } = (await take())!;
    await expire(id);
    await leases.renew(lease);
    expect(await leases.sweep(silently)).not.toContain(id);
    expect(await scenario.trial()).toMatchObject({ state: 'RUNNING' });
  });

  it('is swept once by many sweepers', async () => {
    const { leases, id, take } = await lay();
    await take();
    await expire(id);
    const lost = await Promise.all(upTo(8).map(() => leases.sweep(silently)));
    expect(lost.flat().filter((lostId) => lostId === id)).toEqual([id]);
  });

  it('lost too often fails the trial with its cause', async () => {
    const { scenario, leases, id, take } = await lay();
    await database.getRepository(Trial).update(id, { attempt: maxAttempts - 1 });
    await take();
    await expire(id);
    await leases.sweep(silently);
    expect(await scenario.trial()).toMatchObject({ state: 'FAILED', cause: { code: 'lost_too_often' } });
  });

  it('released in good order queues the trial, which counts as no failure', async () => {
    const { scenario, leases, take } = await lay();
    const { lease } = (await take())!;
    await leases.release(lease);
    expect(await scenario.trial()).toMatchObject({ state: 'QUEUED', cause: null, leasedBy: null });
    expect(await take()).toMatchObject({ attempt: 2, lease: { token: 2 } });
  });

  describe('orders', () => {
    const order = <T>(run: (manager: DataSource['manager']) => Promise<T>) => database.transaction(run);

    it('cancel a waiting trial at once and a running one by request', async () => {
      const { scenario, leases, id, take } = await lay();
      const { lease } = (await take())!;
      expect(await order((manager) => cancelTrial(manager, id))).toBe('RUNNING');
      expect(await leases.cancelRequested([id])).toEqual([id]);
      await new TrialReports(database).cancelled(lease);
      expect(await scenario.trial()).toMatchObject({ state: 'CANCELLED', finishedAt: expect.any(Date) });
      await expect(order((manager) => cancelTrial(manager, id))).rejects.toThrow('is CANCELLED already');

      const waiting = await lay();
      expect(await order((manager) => cancelTrial(manager, waiting.id))).toBe('CANCELLED');
      expect(await waiting.take()).toBeNull();
    });

    it('end a trial that is lost while somebody wants it cancelled', async () => {
      const { scenario, leases, id, take } = await lay();
      await take();
      await order((manager) => cancelTrial(manager, id));
      await expire(id);
      await leases.sweep(silently);
      expect(await scenario.trial()).toMatchObject({ state: 'CANCELLED' });
    });

    it('retry a failed trial with its cause cleared, and nothing that completed or runs', async () => {
      const { scenario, id, take } = await lay();
      const { lease } = (await take())!;
      await expect(order((manager) => retryTrial(manager, id))).rejects.toThrow('it is retried by itself');
      await new TrialReports(database).failed(lease, { code: 'diverged', message: 'NaN', step: 7, hint: 'lower it' });
      expect(await scenario.trial()).toMatchObject({ state: 'FAILED', cause: { step: 7 } });
      await order((manager) => retryTrial(manager, id));
      expect(await scenario.trial()).toMatchObject({ state: 'QUEUED', cause: null, finishedAt: null });

      await new TrialReports(database).completed((await take())!.lease, sha256('weights'));
      await expect(order((manager) => retryTrial(manager, id))).rejects.toThrow('COMPLETED cannot become QUEUED');
    });
  });
});
