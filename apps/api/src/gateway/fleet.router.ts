import type { DirectoryEntry } from '../fleet/fleet.directory';
import { FleetMember } from './fleet.member';

export type Balance = 'round-robin' | 'least-outstanding';

/** The fleet's members and the choice between them. */
export class FleetRouter {
  private readonly members = new Map<string, FleetMember>();
  private turn = 0;

  constructor(
    private readonly balance: Balance,
    private readonly timeoutMs: number,
  ) {}

  /** Brings the members to what the directory knows. An inferencer at a new address is a new member. */
  update(entries: readonly DirectoryEntry[]): void {
    const known = new Set<string>();
    for (const entry of entries) {
      const key = `${entry.id} ${entry.url} ${entry.grpcUrl}`;
      known.add(key);
      let member = this.members.get(key);
      if (!member)
        this.members.set(key, (member = new FleetMember(entry.id, entry.url, entry.grpcUrl, this.timeoutMs)));
      member.describe(entry);
    }
    for (const [key, member] of this.members)
      if (!known.has(key)) {
        this.members.delete(key);
        void member.close();
      }
  }

  /**
   * Who is to answer for the task; one that is not in `tried`. When nobody seems to be up, somebody who does not is
   * still better than nobody.
   */
  choose(task: string, tried: ReadonlySet<FleetMember>): FleetMember | null {
    const able = [...this.members.values()].filter((member) => member.takes(task) && !tried.has(member));
    const up = able.filter((member) => member.up);
    return pick(up.length > 0 ? up : able, this.balance, this.turn++);
  }

  /** Whether anybody could answer for any task. */
  ready(): boolean {
    return [...this.members.values()].some((member) => member.up && member.tasks.size > 0);
  }

  get size(): number {
    return this.members.size;
  }

  async close(): Promise<void> {
    await Promise.all([...this.members.values()].map((member) => member.destroy()));
    this.members.clear();
  }
}

/** One after the other, or the one with the least in hand and, among equals, one after the other. */
export function pick<M extends { readonly outstanding: number }>(
  members: readonly M[],
  balance: Balance,
  turn: number,
): M | null {
  if (members.length === 0) return null;
  if (balance === 'round-robin') return members[turn % members.length];
  const least = Math.min(...members.map((member) => member.outstanding));
  const idle = members.filter((member) => member.outstanding === least);
  return idle[turn % idle.length];
}
