/** Longest it lasts, in milliseconds: for anything later, going to sleep and being woken costs less than waiting awake. */
const LONGEST_MS = 0.2;

/**
 * Keeps the event loop turning while an answer is due any moment. A thread that sleeps for so little pays twice for it,
 * on the way down and on the way up, and more where the cores are virtual: `bench/serving` tells how much.
 */
export class StayAwake {
  private awaited = 0;
  private until = 0;
  private turning = false;

  /** An answer is due soon. */
  begin(): void {
    this.awaited++;
    this.until = performance.now() + LONGEST_MS;
    if (this.turning) return;
    this.turning = true;
    setImmediate(this.turn);
  }

  /** It came. */
  end(): void {
    this.awaited--;
  }

  private readonly turn = (): void => {
    this.turning = this.awaited > 0 && performance.now() < this.until;
    if (this.turning) setImmediate(this.turn);
  };
}
