import { Controller, Get, Patch, Post } from '@nestjs/common';
import {
  promotion,
  promotionRequest,
  rollbackRequest,
  task,
  taskCreate,
  taskUpdate,
  type PromotionView,
  type TaskView,
} from '@ratchet/contracts';
import { type ListRequest, ManualPromotions, type Page, Rollbacks, TaskRepository } from '@ratchet/database';
import { z } from 'zod';
import { actorOf, type Caller } from '../http/caller';
import { Endpoint } from '../http/endpoint.decorator';
import { CallerParam, IdParam, JsonBody, ListParam } from '../http/parameters';
import { promotionView } from '../promotions/promotion.view';
import { taskView } from './task.view';

@Controller('api/tasks')
export class TasksController {
  constructor(
    private readonly tasks: TaskRepository,
    private readonly promotions: ManualPromotions,
    private readonly rollbacks: Rollbacks,
  ) {}

  @Get()
  @Endpoint({ summary: 'Tasks', access: 'viewer', answer: z.array(task), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<TaskView>> {
    const { rows, total } = await this.tasks.list(request);
    return { rows: rows.map(taskView), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One task', access: 'viewer', answer: task })
  async get(@IdParam('id', 'task') id: string): Promise<TaskView> {
    return taskView(await this.tasks.get(id));
  }

  @Post()
  @Endpoint({
    summary: 'Create a task; the gate split of the dataset version becomes its frozen gate set',
    access: 'engineer',
    answer: task,
    status: 201,
    idempotent: true,
    audit: 'tasks.create',
  })
  async create(@JsonBody(taskCreate) body: z.output<typeof taskCreate>): Promise<TaskView> {
    return taskView(await this.tasks.create(body));
  }

  @Patch(':id')
  @Endpoint({ summary: 'Change what may change of a task', access: 'engineer', answer: task, audit: 'tasks.update' })
  async update(
    @IdParam('id', 'task') id: string,
    @JsonBody(taskUpdate) body: z.output<typeof taskUpdate>,
  ): Promise<TaskView> {
    return taskView(await this.tasks.update(id, body));
  }

  /** Audited by the promotion's own transaction. */
  @Post(':id/promote')
  @Endpoint({
    summary: 'Deploy a model that beat the champion at the gate, by hand',
    access: 'engineer',
    answer: promotion,
    status: 201,
    idempotent: true,
  })
  async promote(
    @IdParam('id', 'task') taskId: string,
    @JsonBody(promotionRequest) body: z.output<typeof promotionRequest>,
    @CallerParam() caller: Caller,
  ): Promise<PromotionView> {
    return promotionView(await this.promotions.promote({ taskId, ...body, actor: actorOf(caller) }));
  }

  /** Audited by the rollback's own transaction. */
  @Post(':id/rollback')
  @Endpoint({
    summary: 'Deploy an earlier champion again, by hand',
    access: 'engineer',
    answer: promotion,
    status: 201,
    idempotent: true,
  })
  async rollBack(
    @IdParam('id', 'task') taskId: string,
    @JsonBody(rollbackRequest) body: z.output<typeof rollbackRequest>,
    @CallerParam() caller: Caller,
  ): Promise<PromotionView> {
    return promotionView(await this.rollbacks.rollBack({ taskId, ...body, actor: actorOf(caller) }));
  }
}
