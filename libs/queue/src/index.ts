import type { JobName } from '@ratchet/contracts';
import { JobQueue, type QueueOptions } from './job.queue';

export type { JobQueue, QueueOptions, ConsumerOptions } from './job.queue';
export type { JobHandler } from './job.consumer';

/** Opens one of the queues of the contracts. Connects by itself and again after Redis was away; `check` says whether it answers. */
export function openQueue<N extends JobName>(redisUrl: string, name: N, options?: QueueOptions): JobQueue<N> {
  return new JobQueue(redisUrl, name, options);
}
