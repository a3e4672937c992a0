import { Controller, Get, Post } from '@nestjs/common';
import {
  curves,
  curvesQuery,
  type CurvesView,
  experiment,
  experimentCreate,
  experimentPreview,
  type ExperimentView,
} from '@ratchet/contracts';
import { type ListRequest, type Page, TrialRepository } from '@ratchet/database';
import { z } from 'zod';
import { actorOf, type Caller } from '../http/caller';
import { Endpoint } from '../http/endpoint.decorator';
import { CallerParam, IdParam, JsonBody, ListParam, QueryOf } from '../http/parameters';
import { ExperimentService } from './experiment.service';

/** Launches, re-runs and cancellations are audited by their own transactions. */
@Controller('api/experiments')
export class ExperimentsController {
  constructor(
    private readonly experiments: ExperimentService,
    private readonly trials: TrialRepository,
  ) {}

  @Get()
  @Endpoint({ summary: 'Experiments', access: 'viewer', answer: z.array(experiment), list: true })
  list(@ListParam() request: ListRequest): Promise<Page<ExperimentView>> {
    return this.experiments.list(request);
  }

  @Get(':id')
  @Endpoint({ summary: 'One experiment', access: 'viewer', answer: experiment })
  get(@IdParam('id', 'experiment') id: string): Promise<ExperimentView> {
    return this.experiments.get(id);
  }

  @Post('preview')
  @Endpoint({ summary: 'What a launch would do', access: 'viewer', answer: experimentPreview })
  preview(@JsonBody(experimentCreate) body: z.output<typeof experimentCreate>) {
    return this.experiments.preview(body);
  }

  @Post()
  @Endpoint({
    summary: 'Launch: every combination becomes a trial',
    access: 'engineer',
    answer: experiment,
    status: 201,
    idempotent: true,
  })
  launch(
    @JsonBody(experimentCreate) body: z.output<typeof experimentCreate>,
    @CallerParam() caller: Caller,
  ): Promise<ExperimentView> {
    return this.experiments.launch(body, actorOf(caller));
  }

  @Post(':id/run-missing')
  @Endpoint({
    summary: 'Train the cells that have no trial, or whose trial failed or was cancelled',
    access: 'engineer',
    answer: experiment,
  })
  runMissing(@IdParam('id', 'experiment') id: string, @CallerParam() caller: Caller): Promise<ExperimentView> {
    return this.experiments.runMissing(id, actorOf(caller));
  }

  @Post(':id/cancel')
  @Endpoint({ summary: 'Stop what has not ended', access: 'engineer', answer: experiment })
  cancel(@IdParam('id', 'experiment') id: string, @CallerParam() caller: Caller): Promise<ExperimentView> {
    return this.experiments.cancel(id, actorOf(caller));
  }

  @Get(':id/curves')
  @Endpoint({ summary: 'One metric of all trials, thinned', access: 'viewer', answer: curves })
  async curves(
    @IdParam('id', 'experiment') id: string,
    @QueryOf(curvesQuery) { name, points }: z.output<typeof curvesQuery>,
  ): Promise<CurvesView> {
    await this.experiments.get(id);
    return this.trials.curves(id, name, points);
  }
}
