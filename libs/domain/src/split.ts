import { InvalidInput } from './errors';
import { splits, type Split, type SplitShares } from './dataset';

export interface Splittable {
  readonly class: number;
  readonly group: string;
}

/** What may not be divided, and how many images of each class it brings. */
interface Group {
  readonly name: string;
  readonly counts: [cls: number, images: number][];
  size: number;
  readonly rank: number;
}

/**
 * Assigns every item a split: group-disjoint first, then as close to `shares` in every class as whole groups allow,
 * measured by Pearson's chi-square of images held against images due, over all splits and classes.
 * First every class gets a group in every split, the rarest class first; then the groups are dealt in a seeded order,
 * the largest first, each to where it lowers chi-square most, so that large groups do not all end in the largest split;
 * last, single groups move while that still helps.
 * Same items and seed, same answer, whatever the order of the items. Every split holds every class.
 * @throws InvalidInput when a class has fewer than three groups, or when groups of several classes are so entangled that
 *   some split stays without a class; names the classes
 */
export function splitByGroup(
  items: readonly Splittable[],
  classes: readonly string[],
  shares: SplitShares,
  seed: number,
): Split[] {
  const { groups, home } = gather(items, seed);
  const groupsPerClass = classes.map(() => [] as Group[]);
  for (const group of groups) for (const [c] of group.counts) groupsPerClass[c].push(group);
  assertEnoughGroups(groupsPerClass, classes);

  const deal = new Deal(groups, classes.length, shares);
  coverEveryClass(deal, groupsPerClass, shares);
  for (const group of groups) if (!deal.has(group)) deal.give(group, deal.best(group));
  improve(deal, groups);
  assertCovered(deal, classes);

  return home.map(deal.splitOf);
}

/** Who holds what so far. */
class Deal {
  private readonly assigned = new Map<Group, Split>();
  private readonly due: Readonly<Record<Split, readonly number[]>>;
  readonly held: Readonly<Record<Split, number[]>>;

  constructor(groups: readonly Group[], classes: number, shares: SplitShares) {
    const total = new Array<number>(classes).fill(0);
    for (const { counts } of groups) for (const [c, n] of counts) total[c] += n;
    this.due = perSplit((split) => total.map((n) => n * shares[split]));
    this.held = perSplit(() => new Array<number>(classes).fill(0));
  }

  has = (group: Group): boolean => this.assigned.has(group);
  splitOf = (group: Group): Split => this.assigned.get(group) as Split;

  give(group: Group, split: Split): void {
    this.assigned.set(group, split);
    for (const [c, n] of group.counts) this.held[split][c] += n;
  }

  take(group: Group): Split {
    const split = this.splitOf(group);
    for (const [c, n] of group.counts) this.held[split][c] -= n;
    return split;
  }

  /** How much chi-square rises if `split` got this group; negative when it falls. */
  cost(group: Group, split: Split): number {
    let rise = 0;
    for (const [c, n] of group.counts) {
      const due = this.due[split][c];
      rise += (n * (n + 2 * (this.held[split][c] - due))) / due;
    }
    return rise;
  }

  best(group: Group): Split {
    let best: Split = splits[0];
    let least = Infinity;
    for (const split of splits) {
      const cost = this.cost(group, split);
      if (cost >= least - 1e-9) continue;
      best = split;
      least = cost;
    }
    return best;
  }

  /** Whether its split could lose this group and still hold all of the group's classes. */
  spares = (group: Group): boolean => group.counts.every(([c, n]) => this.held[this.splitOf(group)][c] > n);
}

const perSplit = <T>(value: (split: Split) => T) =>
  Object.fromEntries(splits.map((split) => [split, value(split)])) as Record<Split, T>;

/** The groups in seeded order, the largest first, and the group of every item. */
function gather(items: readonly Splittable[], seed: number): { groups: Group[]; home: Group[] } {
  const byName = new Map<string, Group>();
  const home = items.map((item) => {
    let group = byName.get(item.group);
    if (!group)
      byName.set(item.group, (group = { name: item.group, counts: [], size: 0, rank: hash(`${seed}:${item.group}`) }));
    group.size++;
    const count = group.counts.find(([c]) => c === item.class);
    if (count) count[1]++;
    else group.counts.push([item.class, 1]);
    return group;
  });
  const groups = [...byName.values()];
  for (const { counts } of groups) counts.sort(([a], [b]) => a - b);
  groups.sort((a, b) => b.size - a.size || a.rank - b.rank || (a.name < b.name ? -1 : 1));
  return { groups, home };
}

/** The smallest share chooses first: it has the least room for a group that is too large. */
function coverEveryClass(deal: Deal, groupsPerClass: readonly (readonly Group[])[], shares: SplitShares): void {
  const rarestFirst = groupsPerClass
    .map((groups, cls) => ({ groups, cls }))
    .sort((a, b) => a.groups.length - b.groups.length || a.cls - b.cls);
  const smallestFirst = [...splits].sort((a, b) => shares[a] - shares[b]);
  for (const { groups, cls } of rarestFirst)
    for (const split of smallestFirst) {
      if (deal.held[split][cls] > 0) continue;
      const free = groups.filter((group) => !deal.has(group));
      if (free.length === 0) continue;
      deal.give(
        free.reduce((a, b) => (deal.cost(b, split) < deal.cost(a, split) - 1e-9 ? b : a)),
        split,
      );
    }
}

const PASSES = 8;

function improve(deal: Deal, groups: readonly Group[]): void {
  for (let pass = 0, moved = true; moved && pass < PASSES; pass++) {
    moved = false;
    for (const group of groups) {
      if (!deal.spares(group)) continue;
      const from = deal.take(group);
      const to = deal.best(group);
      const better = deal.cost(group, to) < deal.cost(group, from) - 1e-9;
      deal.give(group, better ? to : from);
      moved ||= better;
    }
  }
}

function assertEnoughGroups(groupsPerClass: readonly (readonly Group[])[], classes: readonly string[]): void {
  const short = classes.flatMap((name, c) =>
    groupsPerClass[c].length < splits.length ? [`${name} (${groupsPerClass[c].length})`] : [],
  );
  if (short.length)
    throw new InvalidInput(
      'classes',
      `each class needs images of at least ${splits.length} groups, one for each of ${splits.join(', ')}; too few in ${short.join(', ')}. Add images or leave the class out.`,
      { classes: short },
    );
}

function assertCovered(deal: Deal, classes: readonly string[]): void {
  const missing = splits.flatMap((split) =>
    classes.flatMap((name, c) => (deal.held[split][c] === 0 ? [`${name} in ${split}`] : [])),
  );
  if (missing.length)
    throw new InvalidInput(
      'groups',
      `groups hold several classes each, so that no way was found to bring ${missing.join(', ')}. Give smaller groups or more images.`,
      { missing },
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
