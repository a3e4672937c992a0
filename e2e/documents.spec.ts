import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const decisions = readdirSync(join(root, 'docs/decisions')).sort();
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...decisions.map((name) => `docs/decisions/${name}`),
  'bench/training/README.md',
  'bench/serving/README.md',
];
/** What a fresh checkout does not have yet. */
const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n').filter(Boolean);

describe('the documents', () => {
  it.each(documents)('%s links to what is there', (name) => {
    const links = [...readFileSync(join(root, name), 'utf8').matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link);
    const missing = links.filter((link) => !/^\w+:/.test(link) && !existsSync(resolve(root, dirname(name), link)));
    expect(missing).toEqual([]);
  });

  it.each(documents)('%s names only files and folders that are there', (name) => {
    const paths = [
      ...readFileSync(join(root, name), 'utf8').matchAll(/`((?:apps|bench|e2e|libs|migrations|scripts)\/[\w./-]*)`/g),
    ].map(([, path]) => path);
    const isMadeLater = (path: string) => ignored.some((folder) => `${path}/`.startsWith(folder));
    expect(paths.filter((path) => !isMadeLater(path) && !existsSync(join(root, path)))).toEqual([]);
  });

  it('name only specs that are there as guards of what must always hold', () => {
    const rows = readFileSync(join(root, 'docs/architecture.md'), 'utf8').match(/^\| \d+ \|.*$/gm) ?? [];
    const guards = rows.flatMap((row) => {
      let room = '';
      const cell = row.split('|')[3];
      return [...cell.matchAll(/((?:apps|bench|libs)\/[\w-]+|\be2e\b)? ?`([\w.-]+)`/g)].map(([, named, spec]) => {
        room = named ?? room;
        return { room, spec: `${spec}.spec.ts` };
      });
    });
    const specs = (room: string) =>
      readdirSync(join(root, room), { recursive: true }).map((path) => basename(String(path)));
    expect(rows.length).toBeGreaterThan(10);
    expect(guards.filter(({ room, spec }) => !specs(room).includes(spec))).toEqual([]);
  });

  it('number the decisions one after the other, as their titles say', () => {
    const numbers = decisions.map((name) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(decisions.map((_, i) => i + 1));
    for (const [i, name] of decisions.entries())
      expect(readFileSync(join(root, 'docs/decisions', name), 'utf8')).toMatch(new RegExp(`^# ${i + 1}\\. `));
  });

  it('name only commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = documents.flatMap((name) =>
      [...readFileSync(join(root, name), 'utf8').matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script),
    );
    expect([...new Set(named)].filter((script) => !(script in scripts))).toEqual([]);
  });
});
