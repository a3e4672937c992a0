import { Conflict } from './errors';
import { assertTransition, isTerminal, mayBecome, trialStates } from './trial';

describe('trial states', () => {
  it('move only along the lifecycle', () => {
    const allowed = trialStates.flatMap((from) =>
      trialStates.filter((to) => mayBecome(from, to)).map((to) => `${from}→${to}`),
    );
    expect(allowed).toEqual([
      'QUEUED→RUNNING',
      'QUEUED→CANCELLED',
      'RUNNING→QUEUED',
      'RUNNING→COMPLETED',
      'RUNNING→FAILED',
      'RUNNING→CANCELLED',
      'RUNNING→LOST',
      'FAILED→QUEUED',
      'CANCELLED→QUEUED',
      'LOST→QUEUED',
      'LOST→RUNNING',
      'LOST→CANCELLED',
    ]);
  });

  it('end in three of them', () => {
    expect(trialStates.filter(isTerminal)).toEqual(['COMPLETED', 'FAILED', 'CANCELLED']);
  });

  it('name both states and the ways out when a move is refused', () => {
    expect(() => assertTransition('COMPLETED', 'QUEUED')).toThrow(Conflict);
    expect(() => assertTransition('QUEUED', 'COMPLETED')).toThrow(
      'A trial that is QUEUED cannot become COMPLETED; from QUEUED it can become RUNNING, CANCELLED.',
    );
  });
});
