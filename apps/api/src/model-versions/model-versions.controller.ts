import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { modelVersion, type ModelVersionView, sha256 } from '@ratchet/contracts';
import { objectKeys, type ObjectStore } from '@ratchet/domain';
import { type GateMistake, type ListRequest, ModelVersionRepository, type Page } from '@ratchet/database';
import type { Response } from 'express';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam } from '../http/parameters';
import { OBJECT_STORE } from '../platform/platform.tokens';
import { modelVersionView } from './model-version.view';

const mistakes = z.array(z.object({ sha256, file: z.string(), actual: z.int(), predicted: z.int() }));
const maxMistakes = 1000;

@Controller('api/model-versions')
export class ModelVersionsController {
  constructor(
    private readonly models: ModelVersionRepository,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  @Get()
  @Endpoint({ summary: 'Models that were gated', access: 'viewer', answer: z.array(modelVersion), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<ModelVersionView>> {
    const { rows, total } = await this.models.list(request);
    return { rows: rows.map(modelVersionView), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One model', access: 'viewer', answer: modelVersion })
  async get(@IdParam('id', 'model version') id: string): Promise<ModelVersionView> {
    return modelVersionView(await this.models.get(id));
  }

  @Get(':id/mistakes')
  @Endpoint({ summary: 'Gate images the model gets wrong', access: 'viewer', answer: mistakes })
  mistakes(@IdParam('id', 'model version') id: string): Promise<GateMistake[]> {
    return this.models.mistakes(id, maxMistakes);
  }

  @Get(':id/download')
  @Endpoint({ summary: 'The ONNX file', access: 'viewer', produces: 'application/octet-stream' })
  async download(@IdParam('id', 'model version') id: string, @Res() response: Response): Promise<void> {
    const { model, task } = await this.models.get(id);
    const body = await this.store.get(objectKeys.model(model.digest));
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': model.bytes,
      'Content-Disposition': `attachment; filename="${task.name}-v${model.version}.onnx"`,
      'X-Model-Digest': model.digest,
    });
    await pipeline(body, response).catch(() => response.destroy());
  }
}
