import type { ImportOptions } from '@ratchet/contracts';
import { InvalidInput } from '@ratchet/domain';
import { parse } from 'csv-parse/sync';
import { RE2JS } from 're2js';

/** How an image's group follows from its place in the archive; null for an image it says nothing of. */
export interface GroupRule {
  readonly option: 'groupsCsv' | 'groupRegex';
  groupOf(path: string): string | null;
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
      ? `names no group for ${missing.length} images, such as ${examples}. Add a line for each.`
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
    groupOf(path) {
      const matcher = pattern.matcher(baseName(path));
      if (!matcher.find()) return null;
      const group = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
      return group ? group.slice(0, maxGroupLength) : null;
    },
  };
}

/** A file is looked up by as much of its path as the CSV gives, down to its base name where that is unambiguous. */
function csvRule(text: string): GroupRule {
  const given = new Map<string, string>();
  for (const [file, group] of readRows(text)) {
    const path = file.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
    const known = given.get(path);
    if (known !== undefined && known !== group)
      throw new InvalidInput('groupsCsv', `puts '${file}' into two groups, '${known}' and '${group}'. Keep one line.`);
    given.set(path, group);
  }
  const byBaseName = new Map<string, Set<string>>();
  for (const [path, group] of given)
    byBaseName.set(baseName(path), (byBaseName.get(baseName(path)) ?? new Set()).add(group));
  return {
    option: 'groupsCsv',
    groupOf(path) {
      const segments = path.split('/');
      for (let from = 0; from < segments.length; from++) {
        const group = given.get(segments.slice(from).join('/'));
        if (group !== undefined) return group;
      }
      const groups = [...(byBaseName.get(baseName(path)) ?? [])];
      if (groups.length > 1)
        throw new InvalidInput(
          'groupsCsv',
          `has files named '${baseName(path)}' in several groups and none of them is '${path}'. Give them with their folder.`,
        );
      return groups[0] ?? null;
    },
  };
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
