import { LeaseLost } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { migrate, openDatabase } from '../database';
import { AuditEvent, Deployment, GatePrediction, ModelVersion, Promotion, Trial } from '../entities';
import { TrialLeases } from '../trials/trial-leases.repository';
import { TrialReports } from '../trials/trial-reports.repository';
import { CandidateGate } from './candidate-gate.repository';
import { GateScenario, upTo } from './gate.scenario';

describe('CandidateGate', () => {
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

  const lay = async (options?: Parameters<typeof GateScenario.lay>[1]) => {
    const scenario = await GateScenario.lay(database, options);
    const leases = new TrialLeases(database);
    const held = await Promise.all(
      scenario.trialIds.map(async (id) => (await leases.take(id, scenario.holder))!.lease),
    );
    return { scenario, leases: held, gate: new CandidateGate(database) };
  };
  const promotionsOf = (taskId: string) =>
    database.getRepository(Promotion).find({ where: { taskId }, order: { query: 'ASC' } });

  it('enthrones the first model with its evidence, deployment, pointers and audit event', async () => {
    const { scenario, leases, gate } = await lay();
    const candidate = scenario.candidate([0, 1, 2]);
    const { promotion, modelVersion } = await gate.decide(leases[0], candidate, 'trainer spec');

    expect(promotion).toMatchObject({
      outcome: 'promoted',
      againstId: null,
      gateAccuracy: 0.9,
      gateImages: 30,
      query: 1,
      generation: 1,
      state: 'PROVISIONAL',
    });
    expect(modelVersion).toMatchObject({ version: 1, digest: candidate.sha256, gateAccuracy: 0.9 });
    expect(await scenario.task()).toMatchObject({
      generation: 1,
      gateQueries: 1,
      championModelVersionId: modelVersion.id,
      championPromotionId: promotion.id,
    });
    expect(await database.getRepository(Deployment).findOneByOrFail({ taskId: scenario.taskId })).toMatchObject({
      generation: 1,
      modelVersionId: modelVersion.id,
      promotionId: promotion.id,
      reason: 'promotion',
    });
    const stored = await database.getRepository(GatePrediction).findOneByOrFail({ modelVersionId: modelVersion.id });
    expect([...stored.predictions]).toEqual([...candidate.predictions]);
    expect(await database.getRepository(AuditEvent).findOneByOrFail({ resourceId: scenario.taskId })).toMatchObject({
      actor: 'trainer spec',
      action: 'promote',
    });
  });

  it('records what it keeps and what it vetoes, and leaves the champion alone', async () => {
    const { scenario, leases, gate } = await lay({ rules: { criticalClasses: ['crack'] } });
    const { modelVersion: champion } = await gate.decide(leases[0], scenario.candidate([0, 2]), 'spec');
    const tie = await gate.decide(leases[0], scenario.candidate([3, 5]), 'spec');
    const escape = await gate.decide(leases[0], scenario.candidate([1]), 'spec'); // image 1 is a crack
    const slow = await gate.decide(leases[0], scenario.candidate([], { latencyMs: 1500 }), 'spec');

    expect(tie.promotion).toMatchObject({
      outcome: 'kept',
      gained: 2,
      lost: 2,
      againstId: champion.id,
      generation: null,
    });
    expect(escape.promotion).toMatchObject({ outcome: 'vetoed', gained: 2, lost: 1 });
    expect(escape.promotion.reason).toContain('crack would rise from 0 to 1');
    expect(slow.promotion).toMatchObject({ outcome: 'vetoed', latencyMs: 1500 });
    expect(await scenario.task()).toMatchObject({ generation: 1, gateQueries: 4, championModelVersionId: champion.id });
    expect(await database.getRepository(ModelVersion).countBy({ taskId: scenario.taskId })).toBe(4);
    expect(await database.getRepository(Deployment).countBy({ taskId: scenario.taskId })).toBe(1);
  });

  it('confirms under certified-only, and leaves manual tasks to people', async () => {
    const certified = await lay({ rules: { policy: 'certified-only' } });
    await certified.gate.decide(certified.leases[0], certified.scenario.candidate(upTo(20)), 'spec');
    const unsure = await certified.gate.decide(certified.leases[0], certified.scenario.candidate(upTo(17)), 'spec');
    const sure = await certified.gate.decide(certified.leases[0], certified.scenario.candidate([]), 'spec');
    expect(unsure.promotion).toMatchObject({ outcome: 'kept', gained: 3, lost: 0 });
    expect(sure.promotion).toMatchObject({
      outcome: 'promoted',
      state: 'CONFIRMED',
      generation: 2,
      testUnit: 'image',
      testUnits: 20,
    });

    const manual = await lay({ rules: { policy: 'manual' } });
    const kept = await manual.gate.decide(manual.leases[0], manual.scenario.candidate([]), 'spec');
    expect(kept.promotion).toMatchObject({
      outcome: 'kept',
      reason: expect.stringContaining('leaves promotions to people'),
    });
    expect(await manual.scenario.task()).toMatchObject({ generation: 0, championModelVersionId: null });
  });

  it('confirms by groups where images have them, and says so', async () => {
    const rules = { policy: 'certified-only' } as const;
    const lots = await lay({ rules, gateImages: 120, imagesPerGroup: 10 });
    await lots.gate.decide(lots.leases[0], lots.scenario.candidate(upTo(40)), 'spec');
    const unsure = await lots.gate.decide(lots.leases[0], lots.scenario.candidate([]), 'spec');
    expect(unsure.promotion).toMatchObject({
      outcome: 'kept',
      gained: 40,
      p: 2 ** -4,
      testUnit: 'group',
      testUnits: 4,
    });
    expect(unsure.promotion.reason).toContain('4 differing groups would be too few');

    const pairs = await lay({ rules, gateImages: 120, imagesPerGroup: 2 });
    await pairs.gate.decide(pairs.leases[0], pairs.scenario.candidate(upTo(40)), 'spec');
    const sure = await pairs.gate.decide(pairs.leases[0], pairs.scenario.candidate([]), 'spec');
    expect(sure.promotion).toMatchObject({ state: 'CONFIRMED', testUnit: 'group', testUnits: 20 });
  });

  it('gives trials that end in the same bytes one model version', async () => {
    const { scenario, leases, gate } = await lay({ trials: 2 });
    const candidate = scenario.candidate([1]);
    const first = await gate.decide(leases[0], candidate, 'spec');
    const second = await gate.decide(leases[1], candidate, 'spec');
    expect(second.modelVersion.id).toBe(first.modelVersion.id);
    expect(second.promotion).toMatchObject({ outcome: 'kept', againstId: first.modelVersion.id, gained: 0, lost: 0 });
  });

  it('writes nothing for a worker whose lease was taken over', async () => {
    const { scenario, leases, gate } = await lay();
    const stale = { ...leases[0], token: leases[0].token - 1 };
    await expect(gate.decide(stale, scenario.candidate([]), 'spec')).rejects.toThrow(LeaseLost);
    expect(await promotionsOf(scenario.taskId)).toEqual([]);
    expect(await scenario.task()).toMatchObject({ generation: 0, gateQueries: 0 });
  });

  it('writes nothing when anything in between fails', async () => {
    const { scenario, leases, gate } = await lay();
    const tooShort = scenario.candidate([], { predictions: new Uint8Array(7) });
    await expect(gate.decide(leases[0], tooShort, 'spec')).rejects.toThrow('7 predictions for 30 gate images');
    expect(await database.getRepository(ModelVersion).countBy({ taskId: scenario.taskId })).toBe(0);
    expect(await scenario.task()).toMatchObject({ gateQueries: 0 });
  });

  it('promotes in a serialisable order when twenty trainers finish at once', async () => {
    const trainers = 20;
    const { scenario, leases, gate } = await lay({ trials: trainers, gateImages: 60 });
    // Candidate k errs on k images of its own choosing, so that candidates differ from one another both ways.
    const candidates = leases.map((_, k) =>
      scenario.candidate(
        upTo(k).map((i) => (i * 7 + k * 11) % 60),
        { validationAccuracy: 1 - k / 100 },
      ),
    );
    // Twenty connections, each in its own transaction; the pool holds more than that.
    await Promise.all(leases.map((lease, k) => gate.decide(lease, candidates[k], `trainer ${k}`)));

    const promotions = await promotionsOf(scenario.taskId);
    expect(promotions.map((p) => p.query)).toEqual(upTo(trainers).map((i) => i + 1));
    const models = await database.getRepository(ModelVersion).findBy({ taskId: scenario.taskId });
    expect(models.map((m) => m.version).sort((a, b) => a - b)).toEqual(upTo(trainers).map((i) => i + 1));

    // Replaying the decisions in query order, each met exactly the champion before it.
    let champion: Promotion | null = null;
    for (const promotion of promotions) {
      expect(promotion.againstId).toBe(champion?.modelVersionId ?? null);
      expect(promotion.againstAccuracy).toBe(champion?.gateAccuracy ?? null);
      const better = champion === null || promotion.gateAccuracy > champion.gateAccuracy;
      expect(promotion.outcome).toBe(better ? 'promoted' : 'kept');
      if (!better) continue;
      expect(promotion.generation).toBe((champion?.generation ?? 0) + 1);
      champion = promotion;
    }
    expect(champion?.gateAccuracy).toBe(1);
    expect(await scenario.task()).toMatchObject({
      generation: champion?.generation,
      championModelVersionId: champion?.modelVersionId,
      gateQueries: trainers,
    });
    const deployments = await database
      .getRepository(Deployment)
      .find({ where: { taskId: scenario.taskId }, order: { generation: 'ASC' } });
    expect(deployments.map((d) => d.generation)).toEqual(upTo(deployments.length).map((i) => i + 1));
    expect(deployments.at(-1)?.modelVersionId).toBe(champion?.modelVersionId);
  });

  describe('a claim of the best validation accuracy', () => {
    it('is granted to strict improvements only, and to one of many that come at once', async () => {
      const { scenario, leases } = await lay({ trials: 20 });
      const reports = new TrialReports(database);
      const granted = await Promise.all(leases.map((lease) => reports.claimBest(lease, 0.8)));
      expect(granted.filter(Boolean)).toHaveLength(1);
      expect(await reports.claimBest(leases[0], 0.79)).toBe(false);
      expect(await reports.claimBest(leases[1], 0.81)).toBe(true);
      expect(await scenario.task()).toMatchObject({ bestValidationAccuracy: 0.81 });
    });

    it('can be made again by the next start of a trial that crashed before the gate had judged', async () => {
      const { scenario, leases, gate } = await lay();
      const reports = new TrialReports(database);
      expect(await reports.claimBest(leases[0], 0.8)).toBe(true);
      expect(await reports.claimBest(leases[0], 0.8)).toBe(false);
      expect(await new TrialLeases(database).startAgain(leases[0])).toBe(2);
      expect(await reports.claimBest(leases[0], 0.8)).toBe(true);

      await gate.decide(leases[0], scenario.candidate([1], { validationAccuracy: 0.8 }), 'spec');
      await new TrialLeases(database).startAgain(leases[0]);
      expect(await reports.claimBest(leases[0], 0.8)).toBe(false); // judged already
    });

    it('returns when its trial ends before the gate has judged', async () => {
      const { scenario, leases, gate } = await lay({ trials: 3 });
      const reports = new TrialReports(database);
      await reports.claimBest(leases[0], 0.7);
      await gate.decide(leases[0], scenario.candidate([1], { validationAccuracy: 0.7 }), 'spec');
      await reports.claimBest(leases[1], 0.8);
      await reports.claimBest(leases[2], 0.95);
      expect(await scenario.task()).toMatchObject({ bestValidationAccuracy: 0.95 });

      await reports.failed(leases[2], { code: 'diverged', message: 'The loss is NaN.' });
      expect(await scenario.task()).toMatchObject({ bestValidationAccuracy: 0.8 });
      await new TrialLeases(database).release(leases[1]);
      expect(await scenario.task()).toMatchObject({ bestValidationAccuracy: 0.7 });
      expect(await database.getRepository(Trial).findOneByOrFail({ id: leases[1].trialId })).toMatchObject({
        state: 'QUEUED',
        gateClaim: null,
      });
    });
  });
});
