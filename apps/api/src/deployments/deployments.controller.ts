import { Controller, Get } from '@nestjs/common';
import { deployment, type DeploymentView } from '@ratchet/contracts';
import { type DeploymentOfModel, DeploymentRepository, type ListRequest, type Page } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam } from '../http/parameters';

const view = (row: DeploymentOfModel): DeploymentView => ({
  id: row.id,
  taskId: row.taskId,
  generation: row.generation,
  modelVersionId: row.modelVersionId,
  digest: row.modelVersion.digest,
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
  firstServingAt: row.firstServingAt?.toISOString() ?? null,
  lastServingAt: row.lastServingAt?.toISOString() ?? null,
});

@Controller('api/deployments')
export class DeploymentsController {
  constructor(private readonly deployments: DeploymentRepository) {}

  @Get()
  @Endpoint({ summary: 'What fleets were told to serve', access: 'viewer', answer: z.array(deployment), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<DeploymentView>> {
    const { rows, total } = await this.deployments.list(request);
    return { rows: rows.map(view), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One deployment', access: 'viewer', answer: deployment })
  async get(@IdParam('id', 'deployment') id: string): Promise<DeploymentView> {
    return view(await this.deployments.get(id));
  }
}
