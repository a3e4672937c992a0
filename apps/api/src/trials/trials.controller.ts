import { Controller, Get, Inject, Post } from '@nestjs/common';
import { logLine, metric, trial, type TrialView } from '@ratchet/contracts';
import { metricNames, type ObjectStore } from '@ratchet/domain';
import { type ListRequest, type Page, TrialRepository } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam, QueryOf } from '../http/parameters';
import { OBJECT_STORE } from '../platform/platform.tokens';
import { Queues } from '../platform/queues';
import { readTrialLog } from './trial.log';
import { trialView } from './trial.view';

const metricsQuery = z.object({
  name: z.enum(metricNames).optional(),
  points: z.coerce.number().int().min(2).max(10_000).default(1000),
});
const logQuery = z.object({
  attempt: z.coerce.number().int().min(1).max(1000).optional(),
  lines: z.coerce.number().int().min(1).max(5000).default(1000),
});

@Controller('api/trials')
export class TrialsController {
  constructor(
    private readonly trials: TrialRepository,
    private readonly queues: Queues,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  @Get()
  @Endpoint({ summary: 'Trials', access: 'viewer', answer: z.array(trial), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<TrialView>> {
    const { rows, total } = await this.trials.list(request);
    return { rows: rows.map(trialView), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One trial', access: 'viewer', answer: trial })
  async get(@IdParam('id', 'trial') id: string): Promise<TrialView> {
    return trialView(await this.trials.get(id));
  }

  @Post(':id/cancel')
  @Endpoint({ summary: 'Stop a trial', access: 'engineer', answer: trial, audit: 'trials.cancel' })
  async cancel(@IdParam('id', 'trial') id: string): Promise<TrialView> {
    await this.trials.cancel(id);
    return this.get(id);
  }

  @Post(':id/retry')
  @Endpoint({
    summary: 'Queue a failed or cancelled trial again; it goes on from its last checkpoint',
    access: 'engineer',
    answer: trial,
    audit: 'trials.retry',
  })
  async retry(@IdParam('id', 'trial') id: string): Promise<TrialView> {
    await this.trials.retry(id);
    await this.queues.trials.enqueue({ trialId: id }).catch(() => undefined); // the sweeper rings instead
    return this.get(id);
  }

  @Get(':id/metrics')
  @Endpoint({ summary: 'Curves of one trial, thinned', access: 'viewer', answer: z.array(metric) })
  async metrics(
    @IdParam('id', 'trial') id: string,
    @QueryOf(metricsQuery) { name, points }: z.output<typeof metricsQuery>,
  ): Promise<z.output<typeof metric>[]> {
    await this.trials.get(id);
    return this.trials.metrics(id, name ?? null, points);
  }

  @Get(':id/log')
  @Endpoint({ summary: 'The last lines an attempt wrote', access: 'viewer', answer: z.array(logLine) })
  async log(
    @IdParam('id', 'trial') id: string,
    @QueryOf(logQuery) { attempt, lines }: z.output<typeof logQuery>,
  ): Promise<z.output<typeof logLine>[]> {
    const found = await this.trials.get(id);
    return readTrialLog(this.store, id, attempt ?? Math.max(1, found.attempt), lines);
  }
}
