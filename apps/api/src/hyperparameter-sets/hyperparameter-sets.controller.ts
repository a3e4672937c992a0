import { Controller, Delete, Get, Post } from '@nestjs/common';
import { hyperparameterSet, hyperparameterSetCreate, type HyperparameterSetView } from '@ratchet/contracts';
import { gridSize, type HyperparameterGrid } from '@ratchet/domain';
import { type HyperparameterSet, HyperparameterSetRepository, type ListRequest, type Page } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, JsonBody, ListParam } from '../http/parameters';

const view = (row: HyperparameterSet): HyperparameterSetView => ({
  id: row.id,
  name: row.name,
  description: row.description,
  grid: row.grid,
  combinations: gridSize(row.grid),
  createdAt: row.createdAt.toISOString(),
});

@Controller('api/hyperparameter-sets')
export class HyperparameterSetsController {
  constructor(private readonly sets: HyperparameterSetRepository) {}

  @Get()
  @Endpoint({ summary: 'Hyperparameter sets', access: 'viewer', answer: z.array(hyperparameterSet), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<HyperparameterSetView>> {
    const { rows, total } = await this.sets.list(request);
    return { rows: rows.map(view), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One hyperparameter set', access: 'viewer', answer: hyperparameterSet })
  async get(@IdParam('id', 'hyperparameter set') id: string): Promise<HyperparameterSetView> {
    return view(await this.sets.get(id));
  }

  @Post()
  @Endpoint({
    summary: 'Register values and lists of values',
    access: 'engineer',
    answer: hyperparameterSet,
    status: 201,
    idempotent: true,
    audit: 'hyperparameter-sets.create',
  })
  async create(
    @JsonBody(hyperparameterSetCreate) body: z.output<typeof hyperparameterSetCreate>,
  ): Promise<HyperparameterSetView> {
    return view(await this.sets.create({ ...body, grid: body.grid as HyperparameterGrid }));
  }

  @Delete(':id')
  @Endpoint({ summary: 'Hide a set from new experiments', access: 'engineer', audit: 'hyperparameter-sets.delete' })
  delete(@IdParam('id', 'hyperparameter set') id: string): Promise<void> {
    return this.sets.delete(id);
  }
}
