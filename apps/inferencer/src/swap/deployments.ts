import type { DesiredDeployment, ServedModel } from '@ratchet/domain';
import { type Challengers, challengerOrder } from '../challenge/challengers';
import type { DesiredStateFile } from '../fleet/desired.state.file';
import type { ServedTasks } from '../serving/served.tasks';
import type { ArtifactCache } from './artifact.cache';
import { type SwapParts, TaskReconciler } from './task.reconciler';

/** Keeps every task of this inferencer at the fleet's desired state: its champion and, where there is one, its challenger. */
export class Deployments {
  private readonly champions = new Map<string, TaskReconciler>();
  private readonly contenders = new Map<string, TaskReconciler>();

  constructor(
    private readonly parts: Omit<SwapParts, 'seats'>,
    private readonly tasks: ServedTasks,
    private readonly challengers: Challengers,
    private readonly cache: ArtifactCache,
    private readonly file: DesiredStateFile,
  ) {}

  /** Takes up the state this machine last knew of. */
  async resume(): Promise<void> {
    this.follow(await this.file.read());
  }

  /** Brings the tasks to the state the API wants. The list is complete: a task that is missing is withdrawn. */
  async reconcile(desired: readonly DesiredDeployment[]): Promise<void> {
    this.follow(desired);
    await this.file.write([...this.champions.values()].map((reconciler) => reconciler.desired));
  }

  report(): ServedModel[] {
    const challengers = [...this.contenders].flatMap(([task, reconciler]) =>
      reconciler.report().map((model) => ({ ...model, challenge: this.challengers.termsOf(task) })),
    );
    return [...[...this.champions.values()].flatMap((reconciler) => reconciler.report()), ...challengers];
  }

  /** Makes room on the disk down to `mostBytes`; models that are ordered, served or draining stay. */
  async tidy(mostBytes: number): Promise<void> {
    await this.cache.evict(mostBytes, new Set(this.report().map((model) => model.digest)));
  }

  stop(): void {
    for (const reconciler of [...this.champions.values(), ...this.contenders.values()]) reconciler.stop();
  }

  private follow(desired: readonly DesiredDeployment[]): void {
    for (const { task } of desired) this.tasks.expect(task);
    this.bring(this.champions, desired, { ...this.parts, seats: this.tasks });
    const orders = [...this.champions.values()].map((reconciler) => reconciler.desired);
    this.challengers.agree(orders);
    const contenders = orders.flatMap((order) => (order.challenger ? [challengerOrder(order, order.challenger)] : []));
    const log = this.parts.log.child({ as: 'challenger' });
    this.bring(this.contenders, contenders, { ...this.parts, seats: this.challengers, log });
  }

  private bring(seats: Map<string, TaskReconciler>, orders: readonly DesiredDeployment[], parts: SwapParts): void {
    const wanted = new Set(orders.map((order) => order.task));
    for (const [task, reconciler] of seats)
      if (!wanted.has(task)) {
        seats.delete(task);
        void reconciler.withdraw().then(() => this.parts.onChange());
      }
    for (const order of orders) {
      const reconciler = seats.get(order.task);
      if (reconciler) reconciler.aspire(order);
      else seats.set(order.task, new TaskReconciler(order, parts));
    }
  }
}
