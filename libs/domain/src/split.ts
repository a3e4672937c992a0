import { InvalidInput } from './errors';
import { splits, type Split, type SplitShares } from './dataset';

export interface Splittable {
  readonly class: number;
  readonly group: string;
}

/**
 * Assigns every item a split: group-disjoint first, then as close to `shares` in every class as whole groups allow.
 * Groups are taken in a seeded order, the largest first, each to the split that most lacks the classes it brings;
 * every class ends with at least one image in each split where it has that many groups.
 * Same items and seed, same answer, whatever the order of the items.
 * @throws InvalidInput when a class has fewer than three groups, naming the classes.
 */
export function splitByGroup(
  items: readonly Splittable[],
  classes: readonly string[],
  shares: SplitShares,
  seed: number,
): Split[] {
  const groups = new Map<string, Map<number, number>>();
  for (const item of items) {
    const counts = groups.get(item.group) ?? new Map<number, number>();
    counts.set(item.class, (counts.get(item.class) ?? 0) + 1);
    groups.set(item.group, counts);
  }
  assertEnoughGroups(groups, classes);

  const size = (counts: Map<number, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
  const order = [...groups.entries()]
    .map(([group, counts]) => ({ group, counts, size: size(counts), rank: hash(`${seed}:${group}`) }))
    .sort((a, b) => b.size - a.size || a.rank - b.rank || (a.group < b.group ? -1 : 1));

  const total = classes.map((_, c) => order.reduce((sum, g) => sum + (g.counts.get(c) ?? 0), 0));
  const held = Object.fromEntries(splits.map((s) => [s, classes.map(() => 0)])) as Record<Split, number[]>;
  const remainingGroups = classes.map((_, c) => order.filter((g) => g.counts.has(c)).length);
  const assigned = new Map<string, Split>();

  for (const { group, counts } of order) {
    const lacking = (split: Split, c: number) => shares[split] * total[c] - held[split][c];
    const score = (split: Split) => {
      let sum = 0;
      for (const [c, n] of counts) {
        sum += (n * lacking(split, c)) / total[c];
        // The last groups of a class go where it is still missing altogether.
        const empty = splits.filter((s) => held[s][c] === 0);
        if (empty.includes(split) && empty.length >= remainingGroups[c]) sum += 1e6;
      }
      return sum;
    };
    const best = splits.reduce((a, b) => (score(b) > score(a) ? b : a));
    assigned.set(group, best);
    for (const [c, n] of counts) {
      held[best][c] += n;
      remainingGroups[c]--;
    }
  }
  return items.map((item) => assigned.get(item.group) as Split);
}

function assertEnoughGroups(
  groups: ReadonlyMap<string, ReadonlyMap<number, number>>,
  classes: readonly string[],
): void {
  const short = classes.flatMap((name, c) => {
    const count = [...groups.values()].filter((counts) => counts.has(c)).length;
    return count < splits.length ? [`${name} (${count})`] : [];
  });
  if (short.length)
    throw new InvalidInput(
      'classes',
      `each class needs images of at least ${splits.length} groups, one for each of ${splits.join(', ')}; too few in ${short.join(', ')}. Add images or leave the class out.`,
      { classes: short },
    );
}

/** FNV-1a with a final avalanche: a seeded order that does not depend on the platform. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
