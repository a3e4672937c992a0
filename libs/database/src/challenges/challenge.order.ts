import type { ChallengeEnding } from '@ratchet/domain';
import { type EntityManager, IsNull } from 'typeorm';
import { newId } from '../columns';
import { notifyLive } from '../live/live-notice';
import { Challenge } from './challenge.entity';

// What happens to a task's challenge inside the transactions that change its champion or its challenger.

export const openChallenge = (manager: EntityManager, taskId: string): Promise<Challenge | null> =>
  manager.findOneBy(Challenge, { taskId, endedAt: IsNull() });

export async function endChallenge(manager: EntityManager, { id }: Challenge, ending: ChallengeEnding): Promise<void> {
  await manager.update(Challenge, { id, endedAt: IsNull() }, { ending, endedAt: () => 'now()' });
  await notifyLive(manager, { type: 'changed', resource: 'challenges', id });
}

/** Another mode or another champion is another challenge: figures of both would not add up to anything. */
export async function beginChallenge(
  manager: EntityManager,
  terms: Pick<Challenge, 'taskId' | 'modelVersionId' | 'againstId' | 'generation' | 'mode' | 'percent' | 'startedBy'>,
): Promise<Challenge> {
  const challenge = manager.create(Challenge, { ...terms, id: newId() });
  await manager.save(challenge);
  await notifyLive(manager, { type: 'changed', resource: 'challenges', id: challenge.id });
  return challenge;
}

/**
 * A task has a new champion. A challenger that became it has nobody left to challenge; any other one goes on, under
 * the same terms, against the new champion.
 */
export async function challengeNewChampion(manager: EntityManager, taskId: string, championId: string): Promise<void> {
  const open = await openChallenge(manager, taskId);
  if (!open) return;
  if (open.modelVersionId === championId) return endChallenge(manager, open, 'promoted');
  await endChallenge(manager, open, 'new-champion');
  const { modelVersionId, generation, mode, percent, startedBy } = open;
  await beginChallenge(manager, {
    taskId,
    modelVersionId,
    againstId: championId,
    generation,
    mode,
    percent,
    startedBy,
  });
}
