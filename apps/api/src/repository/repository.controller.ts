import { Controller, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { actorOf, type Caller } from '../http/caller';
import { Endpoint } from '../http/endpoint.decorator';
import { CallerParam, OptionalJsonBody } from '../http/parameters';
import { ModelRepository } from './model.repository';

const indexRequest = z.object({ ready: z.boolean().default(false) });
const loadRequest = z.object({
  parameters: z
    .record(z.string(), z.unknown())
    .default({})
    .refine((given) => Object.keys(given).length === 0, 'must be empty: a task loads its champion as it is'),
});
const modelIndexEntry = z.object({
  name: z.string(),
  version: z.string(),
  state: z.enum(['READY', 'LOADING', 'UNLOADING', 'UNAVAILABLE']),
  reason: z.string(),
});

/** The repository extension of the Open Inference Protocol. Its deeds are audited by their own transactions. */
@Controller('v2/repository')
export class RepositoryController {
  constructor(private readonly repository: ModelRepository) {}

  @Post('index')
  @Endpoint({ summary: 'Every task as a model, and its state', access: 'admin', answer: z.array(modelIndexEntry) })
  index(@OptionalJsonBody(indexRequest) body: z.output<typeof indexRequest>) {
    return this.repository.index(body);
  }

  @Post('models/:task/load')
  @Endpoint({ summary: "Let the fleet serve the task's champion", access: 'admin', status: 200 })
  async load(
    @Param('task') task: string,
    @OptionalJsonBody(loadRequest) _body: z.output<typeof loadRequest>,
    @CallerParam() caller: Caller,
  ): Promise<void> {
    await this.repository.load(task, actorOf(caller));
  }

  @Post('models/:task/unload')
  @Endpoint({ summary: "Let the fleet stop serving the task's champion", access: 'admin', status: 200 })
  async unload(@Param('task') task: string, @CallerParam() caller: Caller): Promise<void> {
    await this.repository.unload(task, actorOf(caller));
  }
}
