import type {
  DemoSummary,
  DeploymentView,
  ModelVersionView,
  PromotionView,
  RatchetClient,
  TrialView,
} from '@ratchet/contracts';
import type { Scenario } from './scenario';
import type { TrafficReport } from './traffic';

const everything = { range: [0, 999] as [number, number], sort: ['createdAt', 'ASC'] as [string, 'ASC'] };

export async function summarize(
  client: RatchetClient,
  scenario: Scenario,
  traffic: TrafficReport,
  wallSeconds: number,
): Promise<DemoSummary> {
  const { task, experiment, version } = scenario;
  const filter = { taskId: task.id };
  const [trials, promotions, models, deployments] = await Promise.all([
    client.list('trials', { range: [0, 999], filter: { experimentId: experiment.id } }),
    client.list('promotions', { ...everything, filter: { ...filter, outcome: 'promoted' } }),
    client.list('model-versions', { ...everything, filter }),
    client.list('deployments', { ...everything, filter }),
  ]);
  const champion = models.rows.find((m) => m.isChampion) ?? null;
  const gateCounts = version.counts.map((c) => c.gate ?? 0);
  const summary = {
    task: task.name,
    trials: trials.rows.map(trialRow),
    promotions: promotions.rows.map((p) => promotionRow(p, models.rows)),
    gateAccuracy: champion?.gateAccuracy ?? null,
    baselineAccuracy: Math.max(...gateCounts) / gateCounts.reduce((a, b) => a + b, 0),
    classes: task.classes,
    confusion: champion?.gateConfusion ?? null,
    requests: traffic.requests,
    failures: traffic.failures,
    firstFailure: traffic.firstFailure,
    reconnects: traffic.reconnects,
    latencyMs: traffic.latencyMs,
    answersPerGeneration: traffic.generations,
    swaps: deployments.rows.map(swapRow),
    wallSeconds,
  };
  const shortfalls = shortfallsOf(summary);
  return { ...summary, passed: shortfalls.length === 0, shortfalls };
}

/** The demo passes with two promotions, every trial finished, and no prediction failed. */
export function shortfallsOf(
  s: Pick<DemoSummary, 'promotions' | 'trials' | 'requests' | 'failures' | 'firstFailure'>,
): string[] {
  const unfinished = s.trials.filter((t) => t.state !== 'COMPLETED').length;
  return [
    ...(s.promotions.length < 2 ? [`${s.promotions.length} promotions, expected at least 2`] : []),
    ...(unfinished ? [`${unfinished} of ${s.trials.length} trials did not complete`] : []),
    ...(s.failures ? [`${s.failures} of ${s.requests} predictions failed, first: ${s.firstFailure}`] : []),
    ...(s.requests === 0 ? ['no prediction was sent'] : []),
  ];
}

const seconds = (from: string | null, to: string | null) =>
  from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : null;

const trialRow = (t: TrialView): DemoSummary['trials'][number] => ({
  network: t.networkName,
  optimizer: t.hyperparameters.optimizer,
  state: t.state,
  device: t.device,
  bestValidationAccuracy: t.bestValidationAccuracy,
  seconds: seconds(t.startedAt, t.finishedAt),
});

const promotionRow = (p: PromotionView, models: readonly ModelVersionView[]): DemoSummary['promotions'][number] => ({
  at: p.createdAt,
  modelVersion: models.find((m) => m.id === p.modelVersionId)?.version ?? 0,
  gateAccuracy: p.gateAccuracy,
  gained: p.gained,
  lost: p.lost,
  p: p.p,
});

const swapRow = (d: DeploymentView): DemoSummary['swaps'][number] => {
  const ms = (at: string | null) => (at ? Date.parse(at) - Date.parse(d.createdAt) : null);
  return { generation: d.generation, firstMs: ms(d.firstServingAt), lastMs: ms(d.lastServingAt) };
};
