import { Controller, Delete, Get, Post } from '@nestjs/common';
import { apiKey, apiKeyCreate, apiKeyCreated, type ApiKeyView } from '@ratchet/contracts';
import { type ApiKey, ApiKeyRepository, type ListRequest, type Page } from '@ratchet/database';
import { z } from 'zod';
import { newSecret, sha256Hex } from '../auth/secrets';
import type { Caller } from '../http/caller';
import { Endpoint } from '../http/endpoint.decorator';
import { CallerParam, IdParam, JsonBody, ListParam } from '../http/parameters';

const view = (row: ApiKey): ApiKeyView => ({
  id: row.id,
  name: row.name,
  role: row.role,
  prefix: row.prefix,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

@Controller('api/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeyRepository) {}

  @Get()
  @Endpoint({ summary: 'API keys, without the keys', access: 'admin', answer: z.array(apiKey), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<ApiKeyView>> {
    const { rows, total } = await this.keys.list(request);
    return { rows: rows.map(view), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One API key', access: 'admin', answer: apiKey })
  async get(@IdParam('id', 'API key') id: string): Promise<ApiKeyView> {
    return view(await this.keys.get(id));
  }

  /** Not idempotent by key: the secret would have to be kept for the repetition. */
  @Post()
  @Endpoint({
    summary: 'Make an API key; it is shown only now',
    access: 'admin',
    answer: apiKeyCreated,
    status: 201,
    audit: 'api-keys.create',
  })
  async create(
    @JsonBody(apiKeyCreate) body: z.output<typeof apiKeyCreate>,
    @CallerParam() caller: Caller,
  ): Promise<z.output<typeof apiKeyCreated>> {
    const key = `rk_${newSecret()}`;
    const row = await this.keys.create({
      ...body,
      prefix: key.slice(0, 9),
      keySha256: sha256Hex(key),
      createdById: caller.kind === 'user' ? caller.id : null,
    });
    return { ...view(row), key };
  }

  @Delete(':id')
  @Endpoint({ summary: 'Revoke an API key', access: 'admin', answer: apiKey, audit: 'api-keys.revoke' })
  async revoke(@IdParam('id', 'API key') id: string): Promise<ApiKeyView> {
    return view(await this.keys.revoke(id));
  }
}
