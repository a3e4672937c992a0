import type { DataSource } from 'typeorm';
import { notifyLive } from '../live/live-notice';
import { Trainer } from './trainer.entity';

export type TrainerDescription = Pick<Trainer, 'id' | 'host' | 'device' | 'slots' | 'versions' | 'startedAt'>;

/** How trainers say that they are there. */
export class TrainerRegistry {
  constructor(private readonly database: DataSource) {}

  /** Also tells listeners, as does `leave`; heartbeats are silent. */
  async register(trainer: TrainerDescription): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.upsert(
        Trainer,
        { ...trainer, versions: { ...trainer.versions }, busy: 0, draining: false, lastHeartbeatAt: () => 'now()' },
        ['id'],
      );
      await notifyLive(manager, { type: 'changed', resource: 'trainers', id: trainer.id });
    });
  }

  async heartbeat(id: string, busy: number, draining: boolean): Promise<void> {
    await this.database.query('UPDATE trainers SET busy = $2, draining = $3, last_heartbeat_at = now() WHERE id = $1', [
      id,
      busy,
      draining,
    ]);
  }

  /** The last word of a trainer that shuts down in order; its silence will do the rest. */
  async leave(id: string): Promise<void> {
    await this.heartbeat(id, 0, true);
    await notifyLive(this.database.manager, { type: 'changed', resource: 'trainers', id });
  }
}
