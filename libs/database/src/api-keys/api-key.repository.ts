import { NotFound } from '@ratchet/domain';
import { type DataSource, IsNull } from 'typeorm';
import { notifyLive } from '../live/live-notice';
import { newId } from '../columns';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { ApiKey } from './api-key.entity';

const fields: ListFields = {
  id: { column: 'key.id', kind: 'uuid' },
  name: { column: 'key.name', kind: 'text', searched: true },
  role: { column: 'key.role', kind: 'text' },
  prefix: { column: 'key.prefix', kind: 'text', searched: true },
  createdAt: { column: 'key.createdAt', kind: 'time' },
  lastUsedAt: { column: 'key.lastUsedAt', kind: 'time' },
  revokedAt: { column: 'key.revokedAt', kind: 'time' },
};

export class ApiKeyRepository {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<ApiKey>> {
    return listRows(this.database.createQueryBuilder(ApiKey, 'key'), fields, request);
  }

  async get(id: string): Promise<ApiKey> {
    const key = await this.database.manager.findOneBy(ApiKey, { id });
    if (!key) throw new NotFound('API key', id);
    return key;
  }

  async create(key: Pick<ApiKey, 'name' | 'role' | 'prefix' | 'keySha256' | 'createdById'>): Promise<ApiKey> {
    const id = newId();
    await this.database.manager.insert(ApiKey, { ...key, id });
    return this.get(id);
  }

  /** A key that was not revoked. Its last use is noted to the minute. */
  async use(keySha256: string): Promise<ApiKey | null> {
    const key = await this.database.manager.findOneBy(ApiKey, { keySha256, revokedAt: IsNull() });
    if (key && (key.lastUsedAt === null || Date.now() - key.lastUsedAt.getTime() > 60_000))
      await this.database.manager.update(ApiKey, { id: key.id }, { lastUsedAt: new Date() });
    return key;
  }

  /** Revoking twice changes nothing. Every API process hears of it and looks the key up anew. */
  async revoke(id: string): Promise<ApiKey> {
    await this.database.transaction(async (manager) => {
      await manager.update(ApiKey, { id, revokedAt: IsNull() }, { revokedAt: new Date() });
      await notifyLive(manager, { type: 'changed', resource: 'api-keys', id });
    });
    return this.get(id);
  }
}
