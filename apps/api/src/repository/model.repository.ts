import { Injectable } from '@nestjs/common';
import { TaskServing } from '@ratchet/database';
import type { ModelIndexEntry } from '@ratchet/grpc';
import { FleetDirectory } from '../fleet/fleet.directory';
import { modelState } from './model.state';

/** The tasks as a repository of models: loading one means that the fleet serves its champion, whichever that is. */
@Injectable()
export class ModelRepository {
  constructor(
    private readonly serving: TaskServing,
    private readonly directory: FleetDirectory,
  ) {}

  /** Every task by name, or those that can be asked now. */
  async index({ ready }: { readonly ready: boolean }): Promise<ModelIndexEntry[]> {
    const tasks = await this.serving.list();
    const models = tasks.map((task) => modelState(task, this.directory.all()));
    return ready ? models.filter((model) => model.state === 'READY') : models;
  }

  /** Resolves when the order is durable; the index tells when the fleet has followed. @throws NotFound, Conflict */
  load(name: string, actor: string): Promise<void> {
    return this.serving.set(name, true, actor);
  }

  /** As `load`. */
  unload(name: string, actor: string): Promise<void> {
    return this.serving.set(name, false, actor);
  }
}
