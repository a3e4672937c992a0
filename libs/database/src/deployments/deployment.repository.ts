import { NotFound } from '@ratchet/domain';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import type { ModelVersion } from '../models/model-version.entity';
import { Deployment } from './deployment.entity';

export type DeploymentOfModel = Deployment & { readonly modelVersion: ModelVersion };

const fields: ListFields = {
  id: { column: 'deployment.id', kind: 'uuid' },
  taskId: { column: 'deployment.taskId', kind: 'uuid' },
  modelVersionId: { column: 'deployment.modelVersionId', kind: 'uuid' },
  generation: { column: 'deployment.generation', kind: 'number' },
  reason: { column: 'deployment.reason', kind: 'text' },
  digest: { column: 'model.digest', kind: 'text', searched: true },
  createdAt: { column: 'deployment.createdAt', kind: 'time' },
  firstServingAt: { column: 'deployment.firstServingAt', kind: 'time' },
  lastServingAt: { column: 'deployment.lastServingAt', kind: 'time' },
};

/** The orders a fleet was given, newest first unless asked otherwise. */
export class DeploymentRepository {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<DeploymentOfModel>> {
    return listRows(this.query(), fields, request) as Promise<Page<DeploymentOfModel>>;
  }

  async get(id: string): Promise<DeploymentOfModel> {
    const deployment = await this.query().where({ id }).getOne();
    if (!deployment) throw new NotFound('deployment', id);
    return deployment as DeploymentOfModel;
  }

  private query(): SelectQueryBuilder<Deployment> {
    return this.database
      .createQueryBuilder(Deployment, 'deployment')
      .innerJoinAndSelect('deployment.modelVersion', 'model');
  }
}
