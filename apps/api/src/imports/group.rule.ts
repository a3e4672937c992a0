import type { ImportOptions } from '@ratchet/contracts';
import { InvalidInput } from '@ratchet/domain';
import { parse } from 'csv-parse/sync';
import { RE2JS } from 're2js';

/** How images' groups follow from their places in the archive. */
export interface GroupRule {
  readonly option: 'groupsCsv' | 'groupRegex';
  /** One group for each path, in their order; null for an image the rule says nothing of. */
  groupsOf(paths: readonly string[]): (string | null)[];
}

const maxGroupLength = 200;

/**
 * The rule of an import's options, or null when every image is a group of its own.
 * @throws InvalidInput naming the option that cannot be used
 */
export function groupRule(options: Pick<ImportOptions, 'groupsCsv' | 'groupRegex'>): GroupRule | null {
  if (options.groupsCsv !== undefined && options.groupRegex !== undefined)
    throw new InvalidInput('groupRegex', 'was given together with groupsCsv. Give one of them.');
  if (options.groupsCsv !== undefined) return csvRule(options.groupsCsv);
  if (options.groupRegex !== undefined) return regexRule(options.groupRegex);
  return null;
}

/** A group that is not named is not guessed: its image could end on both sides of the split. */
export function assertGrouped(option: GroupRule['option'], missing: readonly string[]): void {
  if (missing.length === 0) return;
  const examples = missing
    .slice(0, 3)
    .map((file) => `'${file}'`)
    .join(', ');
  throw new InvalidInput(
    option,
    option === 'groupsCsv'
      ? `names no group for ${missing.length} images, such as ${examples}. Add a line for each, with its folder.`
      : `does not match ${missing.length} file names, such as ${examples}. Widen it.`,
    { images: missing.length },
  );
}

/** In linear time whatever the expression, so that no pattern can hold up the process. */
function regexRule(source: string): GroupRule {
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(source);
  } catch (error) {
    throw new InvalidInput(
      'groupRegex',
      `cannot be used (${(error as Error).message}). Look-around and back-references are not supported.`,
    );
  }
  return {
    option: 'groupRegex',
    groupsOf: (paths) =>
      paths.map((path) => {
        const matcher = pattern.matcher(baseName(path));
        if (!matcher.find()) return null;
        const group = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
        return group ? group.slice(0, maxGroupLength) : null;
      }),
  };
}

/**
 * A file is looked up by its path, by the end of its path as far as the CSV gives it, and, should the folders have other
 * names than in the CSV, by its base name where both sides have it once.
 */
function csvRule(text: string): GroupRule {
  const given = new Map<string, string>();
  for (const [file, group] of readRows(text)) {
    const path = file.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
    const known = given.get(path);
    if (known !== undefined && known !== group)
      throw new InvalidInput('groupsCsv', `puts '${file}' into two groups, '${known}' and '${group}'. Keep one line.`);
    given.set(path, group);
  }
  const inCsv = byBaseName([...given.keys()]);
  return {
    option: 'groupsCsv',
    groupsOf(paths) {
      const inArchive = byBaseName(paths);
      return paths.map((path) => {
        const segments = path.split('/');
        for (let from = 0; from < segments.length; from++) {
          const group = given.get(segments.slice(from).join('/'));
          if (group !== undefined) return group;
        }
        const namesakes = inCsv.get(baseName(path)) ?? [];
        const unique = namesakes.length === 1 && inArchive.get(baseName(path))?.length === 1;
        return unique ? (given.get(namesakes[0]) ?? null) : null;
      });
    },
  };
}

function byBaseName(paths: readonly string[]): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const path of paths) {
    const namesakes = byName.get(baseName(path));
    if (namesakes) namesakes.push(path);
    else byName.set(baseName(path), [path]);
  }
  return byName;
}

function readRows(text: string): [file: string, group: string][] {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count_more: true });
  } catch (error) {
    throw new InvalidInput('groupsCsv', `cannot be read (${(error as Error).message}). Give lines of file,group.`);
  }
  const header = rows.shift()?.map((name) => name.toLowerCase()) ?? [];
  const [file, group] = [header.indexOf('file'), header.indexOf('group')];
  if (file < 0 || group < 0)
    throw new InvalidInput('groupsCsv', "must begin with a line of column names among which are 'file' and 'group'.");
  return rows.map((row, i) => {
    if (!row[file] || !row[group] || row[group].length > maxGroupLength)
      throw new InvalidInput(
        'groupsCsv',
        `has no usable file and group in row ${i + 2}. Give both, the group within ${maxGroupLength} characters.`,
      );
    return [row[file], row[group]];
  });
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
