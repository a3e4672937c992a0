import { useGetList } from 'react-admin';
import type { ChallengeView } from '@ratchet/contracts';
import { heartbeatMs } from '../fleet/heartbeat';
import { useLiveRefresh } from '../live/useSubscribe';

/** The challenge of a task that is on, as of the inferencers' last heartbeats; undefined while nobody knows. */
export function useChallenge(taskId: string | undefined) {
  useLiveRefresh('resource/challenges', ['challenges']);
  const { data, error, refetch } = useGetList<ChallengeView>(
    'challenges',
    { filter: { taskId, endedAt: null }, pagination: { page: 1, perPage: 1 } },
    { enabled: Boolean(taskId), refetchInterval: heartbeatMs },
  );
  return { challenge: data && (data[0] ?? null), error, refetch };
}
