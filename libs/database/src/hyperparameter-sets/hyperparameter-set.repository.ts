import { NotFound } from '@ratchet/domain';
import { type DataSource, In, IsNull } from 'typeorm';
import { newId } from '../columns';
import { explaining } from '../errors';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { notifyLive } from '../live/live-notice';
import { HyperparameterSet } from './hyperparameter-set.entity';

const fields: ListFields = {
  id: { column: 'set.id', kind: 'uuid' },
  name: { column: 'set.name', kind: 'text', searched: true },
  description: { column: 'set.description', kind: 'text', searched: true, unsortable: true },
  createdAt: { column: 'set.createdAt', kind: 'time' },
};

/** Registered sets never change: an experiment that names one can be read years later. */
export class HyperparameterSetRepository {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<HyperparameterSet>> {
    const query = this.database.createQueryBuilder(HyperparameterSet, 'set').where('set.deletedAt IS NULL');
    return listRows(query, fields, request);
  }

  async get(id: string): Promise<HyperparameterSet> {
    const set = await this.database.manager.findOneBy(HyperparameterSet, { id, deletedAt: IsNull() });
    if (!set) throw new NotFound('hyperparameter set', id);
    return set;
  }

  /** Sets by id that were not deleted. */
  find(ids: readonly string[]): Promise<HyperparameterSet[]> {
    return this.database.manager.findBy(HyperparameterSet, { id: In([...ids]), deletedAt: IsNull() });
  }

  /** @throws Conflict for a taken name */
  async create(set: Pick<HyperparameterSet, 'name' | 'description' | 'grid'>): Promise<HyperparameterSet> {
    const id = newId();
    await this.database.transaction(async (manager) => {
      const taken = `There is a hyperparameter set named '${set.name}' already; choose another name.`;
      await explaining({ hyperparameter_sets_name_key: taken }, () =>
        manager.insert(HyperparameterSet, { ...set, id }),
      );
      await notifyLive(manager, { type: 'changed', resource: 'hyperparameter-sets', id });
    });
    return this.get(id);
  }

  async delete(id: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const { affected } = await manager.update(
        HyperparameterSet,
        { id, deletedAt: IsNull() },
        { deletedAt: new Date() },
      );
      if (!affected) throw new NotFound('hyperparameter set', id);
      await notifyLive(manager, { type: 'changed', resource: 'hyperparameter-sets', id });
    });
  }
}
