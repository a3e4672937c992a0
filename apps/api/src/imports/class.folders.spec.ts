import { assertClasses, classOf } from './class.folders';

const counts = (of: Record<string, number>) => new Map(Object.entries(of));

describe('the class of a file', () => {
  it.each([
    ['good/a.png', 'good'],
    ['anything/at all/scratch/x.jpg', 'scratch'],
    ['top.png', null],
    ['caf\u0065\u0301/x.png', 'café'],
    [' padded /x.png', 'padded'],
  ])('of %s is %s', (path, expected) => {
    expect(classOf(path)).toBe(expected);
  });

  it('cannot come from a folder with control characters', () => {
    expect(() => classOf('a\u0007b/x.png')).toThrow('lies in a folder whose name cannot be a class');
  });
});

describe('the classes of a dataset', () => {
  it('are sorted, without those left out', () => {
    expect(assertClasses(counts({ b: 9, a: 3, junk: 1 }), ['junk'])).toEqual(['a', 'b']);
  });

  it.each([
    [{}, [], 'classes: the archive holds no image in a folder, so there are no classes.'],
    [{ good: 9 }, [], "classes: there is only one, 'good', and a classifier needs two."],
    [
      { good: 9, rare: 1 },
      [],
      "one for each of train, validation, gate; 'rare' has 1. Add images or leave the class out",
    ],
    [
      { Good: 9, good: 9, bad: 9 },
      [],
      "classes: 'Good', 'good' differ only in case. Rename one of the folders, or merge them.",
    ],
    [{ good: 9, bad: 9 }, ['ugly'], "exclude: the archive has no class 'ugly'; it has 'good', 'bad'."],
    [Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`c${i}`, 9])), [], 'there are 300 and the limit is 256'],
  ])('are refused: %j without %j', (of, exclude, message) => {
    expect(() => assertClasses(counts(of), exclude)).toThrow(message);
  });
});
