import { isTerminal, trialStates, type TrialState } from '@ratchet/domain';

export type Counts = Readonly<Partial<Record<TrialState, number>>>;

const sum = (counts: Counts, take: (state: TrialState) => boolean): number =>
  trialStates.filter(take).reduce((total, state) => total + (counts[state] ?? 0), 0);

/** Trials that will not change any more, of all. */
export function progressOf(counts: Counts): { finished: number; all: number; share: number } {
  const finished = sum(counts, isTerminal);
  const all = sum(counts, () => true);
  return { finished, all, share: all ? finished / all : 0 };
}

export const isActive = (counts: Counts): boolean => sum(counts, (state) => !isTerminal(state)) > 0;

/** "3 running, 5 queued, 1 failed": the states that occur. */
export const countsText = (counts: Counts): string =>
  (['RUNNING', 'QUEUED', 'LOST', 'COMPLETED', 'FAILED', 'CANCELLED'] as const)
    .filter((state) => counts[state])
    .map((state) => `${counts[state]} ${state.toLowerCase()}`)
    .join(', ');
