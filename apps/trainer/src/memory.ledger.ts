import { totalmem } from 'node:os';

/** Bytes that trials may take together where nobody says otherwise: nine tenths of the machine's or the container's. */
export function availableMemory(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return Math.floor(0.9 * (constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()));
}

interface Entry {
  readonly bytes: number;
  readonly grant: () => void;
  held: boolean;
}

/** The memory that the trials of one trainer share, by their estimates. */
export class MemoryLedger {
  private readonly entries = new Set<Entry>();

  /** @param total bytes */
  constructor(readonly total: number) {}

  /** Bytes that nobody holds. */
  get free(): number {
    return [...this.entries].reduce((left, { held, bytes }) => (held ? left - bytes : left), this.total);
  }

  /**
   * Resolves once `bytes` are free and everybody who asked before has theirs. They are held, or waited for, until
   * `until` aborts. More than the total is never granted.
   */
  reserve(bytes: number, until: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const entry: Entry = { bytes, grant: resolve, held: false };
      this.entries.add(entry);
      until.addEventListener('abort', () => {
        this.entries.delete(entry);
        this.grant();
      });
      this.grant();
    });
  }

  private grant(): void {
    for (const entry of this.entries) {
      if (entry.held) continue;
      if (entry.bytes > this.free) return;
      entry.held = true;
      entry.grant();
    }
  }
}
