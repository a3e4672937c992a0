import { Conflict } from './errors';

/**
 * QUEUED → RUNNING → COMPLETED | FAILED | CANCELLED. A running trial whose lease ran out is LOST: nobody's fault,
 * queued again at once. A trainer that shuts down hands its trials back: RUNNING → QUEUED. FAILED carries a cause
 * and may be retried by hand.
 */
export const trialStates = ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'LOST'] as const;
export type TrialState = (typeof trialStates)[number];

const transitions: Readonly<Record<TrialState, readonly TrialState[]>> = {
  QUEUED: ['RUNNING', 'CANCELLED'],
  RUNNING: ['COMPLETED', 'FAILED', 'CANCELLED', 'LOST', 'QUEUED'],
  LOST: ['QUEUED', 'RUNNING', 'CANCELLED'],
  FAILED: ['QUEUED'],
  CANCELLED: ['QUEUED'],
  COMPLETED: [],
};

export const isTerminal = (state: TrialState): boolean => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(state);
export const mayBecome = (from: TrialState, to: TrialState): boolean => transitions[from].includes(to);

/** Throws `Conflict` naming both states where the move is not allowed. */
export function assertTransition(from: TrialState, to: TrialState): void {
  if (!mayBecome(from, to))
    throw new Conflict(
      `A trial that is ${from} cannot become ${to}; from ${from} it can become ${transitions[from].join(', ') || 'nothing else'}.`,
      { from, to },
    );
}
