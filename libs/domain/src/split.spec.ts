import fc from 'fast-check';
import { defaultShares, InvalidInput, splitByGroup, splits, type Splittable } from './index';

const names = (count: number) => Array.from({ length: count }, (_, c) => `class-${c}`);

/** `counts[split][class]` images. */
function tally(items: readonly Splittable[], assigned: readonly string[], classes: number) {
  const counts = Object.fromEntries(splits.map((s) => [s, new Array<number>(classes).fill(0)]));
  items.forEach((item, i) => counts[assigned[i]][item.class]++);
  return counts;
}

/** Images of groups that mostly hold one class, as photographs of a wafer do, sometimes several. */
const dataset = fc
  .record({
    classes: fc.integer({ min: 2, max: 5 }),
    groups: fc.array(
      fc.record({
        id: fc.string({ minLength: 1, maxLength: 6 }),
        images: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 7 }),
        pure: fc.boolean(),
      }),
      { minLength: 15, maxLength: 120 },
    ),
    seed: fc.nat(),
  })
  .map(({ classes, groups, seed }) => ({
    classes,
    seed,
    items: groups.flatMap(({ id, images, pure }) =>
      images.map((c) => ({ group: id, class: (pure ? images[0] : c) % classes })),
    ),
  }));

describe('splitByGroup', () => {
  it('never divides a group, fills every split with every class, and depends on items and seed alone', () => {
    let split = 0;
    fc.assert(
      fc.property(dataset, fc.nat(), ({ classes, items, seed }, shuffle) => {
        let assigned;
        try {
          assigned = splitByGroup(items, names(classes), defaultShares, seed);
        } catch (error) {
          return expect(error).toBeInstanceOf(InvalidInput);
        }
        split++;
        const home = new Map<string, string>();
        items.forEach((item, i) => {
          expect(home.get(item.group) ?? assigned[i]).toBe(assigned[i]);
          home.set(item.group, assigned[i]);
        });
        for (const counts of Object.values(tally(items, assigned, classes)))
          expect(Math.min(...counts)).toBeGreaterThan(0);

        const order = items
          .map((_, i) => i)
          .sort((a, b) => ((a * 7919 + shuffle) % 101) - ((b * 7919 + shuffle) % 101));
        const again = splitByGroup(
          order.map((i) => items[i]),
          names(classes),
          defaultShares,
          seed,
        );
        order.forEach((i, at) => expect(again[at]).toBe(assigned[i]));
      }),
      { seed: 20, numRuns: 100 },
    );
    expect(split).toBeGreaterThan(50);
  });

  it('gives single images their shares to within one image per class, 10,000 of them in moments', () => {
    const items = Array.from({ length: 10_000 }, (_, i) => ({ class: i % 10, group: `image-${i}` }));
    const started = performance.now();
    const counts = tally(items, splitByGroup(items, names(10), defaultShares, 3), 10);
    expect(performance.now() - started).toBeLessThan(5000);
    for (const split of splits)
      for (const count of counts[split]) expect(Math.abs(count - 1000 * defaultShares[split])).toBeLessThanOrEqual(1);
  });

  /** As in a surface inspection set: one class dominates, and most groups are six exposures of one part. */
  const sizes = [952, 115, 103, 85, 57, 32];
  const exposures = sizes.flatMap((images, c) =>
    Array.from({ length: images }, (_, i) => ({ class: c, group: `${c}-${Math.floor(i / (i % 53 === 0 ? 2 : 6))}` })),
  );

  it.each([1, 2, 3, 4, 5])('keeps unbalanced classes within one group of their shares (seed %d)', (seed) => {
    const counts = tally(exposures, splitByGroup(exposures, names(6), defaultShares, seed), 6);
    for (const split of splits)
      counts[split].forEach((count, c) =>
        expect(Math.abs(count - sizes[c] * defaultShares[split])).toBeLessThanOrEqual(6),
      );
  });

  it('deals large groups to every split, not all to the largest', () => {
    const items = Array.from({ length: 300 }, (_, g) =>
      Array.from({ length: 1 + (g % 30) }, () => ({ class: g % 2, group: `lot-${g}` })),
    ).flat();
    const assigned = splitByGroup(items, names(2), defaultShares, 9);
    const large = new Map(items.map((item, i) => [item.group, assigned[i]] as const));
    const share = (split: string) =>
      [...large].filter(([group, s]) => Number(group.slice(4)) % 30 >= 20 && s === split).length / 100;
    expect(share('train')).toBeGreaterThan(0.55);
    expect(share('train')).toBeLessThan(0.85);
    expect(share('gate')).toBeGreaterThan(0.07);
    expect(share('validation')).toBeGreaterThan(0.07);
  });

  it('gives another split for another seed', () => {
    const a = splitByGroup(exposures, names(6), defaultShares, 1);
    const b = splitByGroup(exposures, names(6), defaultShares, 2);
    expect(a.filter((s, i) => s !== b[i]).length).toBeGreaterThan(exposures.length / 10);
  });

  it('finds the one way to cover a class of three groups', () => {
    const rare = ['a', 'b', 'c'].map((group) => ({ class: 1, group }));
    const items = [...Array.from({ length: 50 }, (_, i) => ({ class: 0, group: `g${i}` })), ...rare];
    expect(new Set(splitByGroup(items, names(2), defaultShares, 1).slice(50))).toEqual(new Set(splits));
  });

  it('names the classes with too few groups', () => {
    const items = [...Array.from({ length: 9 }, (_, i) => ({ class: 0, group: `g${i}` })), { class: 1, group: 'only' }];
    expect(() => splitByGroup(items, ['good', 'scratch'], defaultShares, 1)).toThrow(
      'classes: each class needs images of at least 3 groups, one for each of train, validation, gate; too few in scratch (1).',
    );
  });

  it('says so when the groups of several classes leave a split without one of them', () => {
    const of = (group: string, ...classes: number[]) => classes.map((c) => ({ class: c, group }));
    // Any two groups share a class that lies in three groups only, so all four would need a split of their own.
    const items = [...of('a', 0, 1, 2), ...of('b', 0, 1, 3), ...of('c', 0, 2, 3), ...of('d', 1, 2, 3)];
    expect(() => splitByGroup(items, names(4), defaultShares, 1)).toThrow(
      /^groups: groups hold several classes each, so that no way was found to bring class-\d in /,
    );
  });
});
