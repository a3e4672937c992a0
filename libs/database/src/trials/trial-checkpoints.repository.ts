import { expendable } from '@ratchet/domain';
import type { DataSource } from 'typeorm';
import { newId } from '../columns';
import { Checkpoint } from './checkpoint.entity';
import { lockLeased, type TrialLease } from './trial-lease';

export type CheckpointRecord = Pick<Checkpoint, 'step' | 'objectKey' | 'sha256' | 'bytes'>;

/** Which objects a trial can be resumed from. A row is written only once its object is whole in the store. */
export class TrialCheckpoints {
  constructor(private readonly database: DataSource) {}

  /** Newest first. */
  async of(trialId: string): Promise<CheckpointRecord[]> {
    return this.database.getRepository(Checkpoint).find({
      where: { trialId },
      order: { step: 'DESC' },
      select: { id: true, step: true, objectKey: true, sha256: true, bytes: true },
    });
  }

  /**
   * Records a checkpoint and forgets those that are no longer needed.
   * @param bestStep the step at the end of the best epoch, whose checkpoint is kept
   * @returns keys of the objects that nothing refers to any more: delete them
   * @throws LeaseLost, when nothing was recorded and the object of `record` is the caller's to delete
   */
  async add(lease: TrialLease, record: CheckpointRecord, bestStep: number | null): Promise<string[]> {
    return this.database.transaction(async (manager) => {
      await lockLeased(manager, lease);
      const checkpoints = manager.getRepository(Checkpoint);
      const { trialId } = lease;
      const replaced = await checkpoints.findBy({ trialId, step: record.step });
      await checkpoints.remove(replaced);
      await checkpoints.insert({ id: newId(), trialId, ...record });
      const gone = expendable(await checkpoints.findBy({ trialId }), bestStep);
      await checkpoints.remove(gone.map((checkpoint) => ({ ...checkpoint })));
      return [...replaced, ...gone].map((checkpoint) => checkpoint.objectKey).filter((key) => key !== record.objectKey);
    });
  }
}
