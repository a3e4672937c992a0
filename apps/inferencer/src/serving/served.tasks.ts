import { NotFound } from '@ratchet/domain';
import { PredictionRefused } from './prediction';
import type { ModelVersion } from './model.version';

/** Where versions are published, one a task. */
export interface Seats {
  current(task: string): ModelVersion | undefined;
  /** Returns the version that the new one replaces. */
  publish(version: ModelVersion): ModelVersion | undefined;
  withdraw(task: string): ModelVersion | undefined;
}

/** Which version answers for which task. Replacing an entry is the moment of a swap: requests see the old or the new. */
export class ServedTasks implements Seats {
  private readonly versions = new Map<string, ModelVersion>();
  private readonly expected = new Set<string>();

  /** The version that answers now, referenced: the caller must release it. */
  acquire(task: string, version: string | null): ModelVersion {
    const found = this.find(task, version);
    found.acquire();
    return found;
  }

  /** @throws NotFound for an unknown task or version; PredictionRefused while a task's first model still loads */
  find(task: string, version: string | null): ModelVersion {
    const found = this.versions.get(task);
    if (!found && this.expected.has(task))
      throw new PredictionRefused('cancelled', `The first model of task '${task}' is still loading.`);
    if (!found) throw new NotFound('task', task);
    if (version !== null && version !== String(found.generation))
      throw new NotFound(`version of task '${task}'`, version);
    return found;
  }

  current(task: string): ModelVersion | undefined {
    return this.versions.get(task);
  }

  all(): ModelVersion[] {
    return [...this.versions.values()];
  }

  /** A model for the task is on its way. */
  expect(task: string): void {
    this.expected.add(task);
  }

  /** From here on the version answers. Returns the one it replaces. */
  publish(version: ModelVersion): ModelVersion | undefined {
    const old = this.versions.get(version.task);
    this.versions.set(version.task, version);
    return old;
  }

  withdraw(task: string): ModelVersion | undefined {
    const old = this.versions.get(task);
    this.versions.delete(task);
    this.expected.delete(task);
    return old;
  }
}
