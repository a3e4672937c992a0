import os from 'node:os';
import type { TrainerDescription, TrainerRegistry } from '@ratchet/database';
import type { JobQueue } from '@ratchet/queue';
import { type RunResources, TrialRun } from './trial.run';

const HEARTBEAT_MS = 2_000;
const CANCEL_CHECK_MS = 1_000;
const SWEEP_MS = 5_000;
/** Longer than a child may take to write its checkpoint. */
const CLOSE_MS = 10_000;

/** Answers the queue: takes trials, runs as many at once as it has slots, and says that it is there. */
export class Trainer {
  private readonly runs = new Map<string, TrialRun>();
  private readonly timers: NodeJS.Timeout[] = [];
  private draining = false;

  constructor(
    private readonly self: TrainerDescription,
    private readonly registry: TrainerRegistry,
    private readonly queue: JobQueue<'trials'>,
    private readonly resources: RunResources,
  ) {}

  async start(): Promise<void> {
    await this.registry.register(this.self);
    await this.resources.leases.abandon(this.self.id);
    this.every(HEARTBEAT_MS, () => this.heartbeat());
    this.every(CANCEL_CHECK_MS, () => this.obeyCancellations());
    this.every(SWEEP_MS, () => this.sweep());
    void this.sweep().catch((error: unknown) => this.report(error));
    this.queue.process(({ trialId }) => this.run(trialId), { concurrency: this.self.slots });
  }

  /** Takes nothing more; running trials write a checkpoint and go back to the queue. Over within seconds. */
  async stop(): Promise<void> {
    this.draining = true;
    for (const run of this.runs.values()) run.stop();
    await this.queue.close({ graceMs: CLOSE_MS });
    this.timers.forEach(clearInterval);
    await this.registry.leave(this.self.id).catch((error: unknown) => this.report(error));
  }

  private async run(trialId: string): Promise<void> {
    if (this.draining || this.runs.has(trialId)) return;
    const { leases, trainerName } = this.resources;
    const order = await leases.take(trialId, { trainerId: this.self.id, name: trainerName });
    if (!order) return; // somebody has it, or it has ended: the bell rang twice
    const run = new TrialRun(order, this.resources);
    this.runs.set(trialId, run);
    if (this.draining) run.stop();
    await run.finish().finally(() => this.runs.delete(trialId));
  }

  private heartbeat(): Promise<void> {
    return this.registry.heartbeat(this.self.id, this.runs.size, this.draining);
  }

  private async obeyCancellations(): Promise<void> {
    for (const id of await this.resources.leases.cancelRequested([...this.runs.keys()])) this.runs.get(id)?.cancel();
  }

  /** Any trainer finds what another left behind. */
  private async sweep(): Promise<void> {
    const lost = await this.resources.leases.sweep((ids) => this.queue.enqueueAll(ids.map((trialId) => ({ trialId }))));
    if (lost.length) this.resources.logger.warn({ trials: lost }, 'found trials whose trainer vanished');
  }

  private every(ms: number, work: () => Promise<void>): void {
    let busy = false; // a slow database is not asked again before it has answered
    const tick = () => {
      if (busy) return;
      busy = true;
      work()
        .catch((error: unknown) => this.report(error))
        .finally(() => (busy = false));
    };
    this.timers.push(setInterval(tick, ms));
  }

  private report(error: unknown): void {
    this.resources.logger.warn({ err: error, host: os.hostname() }, 'A service did not answer; trying again.');
  }
}
