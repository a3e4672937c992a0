import type { DesiredDeployment, ServedModel } from '@ratchet/domain';
import type { DesiredStateFile } from '../fleet/desired.state.file';
import type { ArtifactCache } from './artifact.cache';
import { type SwapParts, TaskReconciler } from './task.reconciler';

/** Keeps every task of this inferencer at the fleet's desired state. */
export class Deployments {
  private readonly tasks = new Map<string, TaskReconciler>();

  constructor(
    private readonly parts: SwapParts,
    private readonly cache: ArtifactCache,
    private readonly file: DesiredStateFile,
  ) {}

  /** Takes up the state this machine last knew of. */
  async resume(): Promise<void> {
    this.follow(await this.file.read());
  }

  /** Brings the tasks to the state the API wants. The list is complete: a task that is missing is withdrawn. */
  async reconcile(desired: readonly DesiredDeployment[]): Promise<void> {
    const wanted = new Set(desired.map((order) => order.task));
    for (const [task, reconciler] of this.tasks)
      if (!wanted.has(task)) {
        this.tasks.delete(task);
        void reconciler.withdraw().then(() => this.parts.onChange());
      }
    this.follow(desired);
    await this.file.write([...this.tasks.values()].map((reconciler) => reconciler.desired));
  }

  report(): ServedModel[] {
    return [...this.tasks.values()].flatMap((reconciler) => reconciler.report());
  }

  /** Makes room on the disk; models that are ordered, served or draining stay. */
  async tidy(): Promise<void> {
    await this.cache.evict(new Set(this.report().map((model) => model.digest)));
  }

  stop(): void {
    for (const reconciler of this.tasks.values()) reconciler.stop();
  }

  private follow(desired: readonly DesiredDeployment[]): void {
    for (const order of desired) {
      const reconciler = this.tasks.get(order.task);
      if (reconciler) reconciler.aspire(order);
      else this.tasks.set(order.task, new TaskReconciler(order, this.parts));
    }
  }
}
