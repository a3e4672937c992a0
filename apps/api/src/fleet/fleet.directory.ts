import type { ServedModel } from '@ratchet/domain';

/** An inferencer as routing sees it. */
export interface DirectoryEntry {
  readonly id: string;
  readonly url: string;
  readonly grpcUrl: string | null;
  readonly draining: boolean;
  readonly models: readonly ServedModel[];
  readonly lastHeartbeatAt: Date;
}

/** After so long without a word an inferencer is dropped, however healthy its address looks. */
const FORGOTTEN_AFTER_MS = 60_000;

/** In memory, who serves what: fed by heartbeats that come here and by what other API processes wrote down. */
export class FleetDirectory {
  private readonly entries = new Map<string, DirectoryEntry>();
  /** Called with everybody known after each change. */
  onChange: (entries: readonly DirectoryEntry[]) => void = () => undefined;

  /** Everybody known. */
  all(): readonly DirectoryEntry[] {
    return [...this.entries.values()];
  }

  hear(entry: DirectoryEntry): void {
    this.merge([entry]);
  }

  /** Of two descriptions of one inferencer the later one counts. */
  merge(entries: readonly DirectoryEntry[], now = Date.now()): void {
    for (const entry of entries) {
      const known = this.entries.get(entry.id);
      if (!known || known.lastHeartbeatAt <= entry.lastHeartbeatAt) this.entries.set(entry.id, entry);
    }
    for (const { id, lastHeartbeatAt } of this.entries.values())
      if (now - lastHeartbeatAt.getTime() > FORGOTTEN_AFTER_MS) this.entries.delete(id);
    this.onChange(this.all());
  }
}
