import { countBySplit, manifestLines, parseManifest, rowsOf, type ManifestEntry } from './index';

const entry = (digit: string, cls: number, split: 'train' | 'gate', file = `${digit}.png`): ManifestEntry => ({
  sha256: digit.repeat(64),
  class: cls,
  split,
  group: `tile ${digit}`,
  file,
});
const entries = [entry('b', 1, 'gate'), entry('a', 0, 'train'), entry('c', 1, 'train')];
const text = (rows = entries) => [...manifestLines(['good', 'scratch, "deep"'], rows)].join('');

describe('manifest', () => {
  it('is the same text whatever the order of the images and the names of their files', () => {
    const renamed = [...entries].reverse().map((e) => ({ ...e, file: 'other.png' }));
    expect(text(renamed)).toBe(text());
    expect(text().split('\n')[0]).toBe('{"classes":["good","scratch, \\"deep\\""]}');
  });

  it('comes back as written', () => {
    const manifest = parseManifest(text());
    expect(manifest.classes).toEqual(['good', 'scratch, "deep"']);
    expect(manifest.rows.map((row) => row.sha256[0])).toEqual(['a', 'b', 'c']);
    expect(rowsOf(manifest, 'train').map((row) => row.sha256[0])).toEqual(['a', 'c']);
    expect(countBySplit(manifest.classes, manifest.rows)).toEqual([
      { train: 1, validation: 0, gate: 0 },
      { train: 1, validation: 0, gate: 1 },
    ]);
  });

  it.each(['', '{"classes": 3}', '{"classes": []}\n{"sha'])('refuses %p', (broken) => {
    expect(() => parseManifest(broken)).toThrow(/^The manifest cannot be read: /);
  });
});
