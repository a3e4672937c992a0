import { InvalidInput } from '@ratchet/domain';
import { z } from 'zod';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * What `schema` makes of a value from outside.
 * @throws ZodError whose messages name limit, value and mend; InvalidInput for text that no database keeps
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  assertStorable(value);
  return schema.parse(value, { error: messageOf, reportInput: true });
}

/** JSON can spell what is no text: the null character, and half of a surrogate pair. @throws InvalidInput naming where */
export function assertStorable(value: unknown): void {
  const left: { readonly path: string; readonly value: unknown }[] = [{ path: '', value }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { path, value: here } = next;
    if (typeof here === 'string' && unstorable.test(here))
      throw new InvalidInput(
        path || 'body',
        `holds ${nameOf(unstorable.exec(here)![0])}, which is no text. Leave it out.`,
      );
    if (typeof here !== 'object' || here === null) continue;
    for (const [key, inner] of Object.entries(here)) {
      if (unstorable.test(key))
        throw new InvalidInput(path || 'body', 'has a field whose name is no text. Leave it out.');
      left.push({ path: path ? `${path}.${key}` : key, value: inner });
    }
  }
}

const unstorable = /\0|\p{Surrogate}/u;
const nameOf = (character: string) =>
  `the character U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Field by field. Names unknown keys one by one, and of a union the branch that came closest. */
export const fieldErrors = (error: z.ZodError): FieldError[] => error.issues.flatMap(flatten);

function flatten(issue: z.core.$ZodIssue): FieldError[] {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [field, key].filter(Boolean).join('.'), message: issue.message }));
  if (issue.code === 'invalid_union') {
    const [closest] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
    if (closest) return closest.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  // What a schema says in its own words leaves out what was given.
  const own = issue.code === 'custom' || (issue.code === 'invalid_format' && !(issue.format in formats));
  const given = own && typeof issue.input === 'string' ? `; ${shown(issue.input)} was given` : '';
  return [{ field, message: issue.message + given }];
}

/** How far a union's branch got: refusals of a value outrank refusals of its type. */
const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(...issues.map((issue) => issue.path.length * 2 + (issue.code === 'invalid_type' ? 0 : 1)), 0);

/** Undefined where the library's own words do. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  const not = isSecret(issue) ? '' : `, not ${shown(input)}`;
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kinds[issue.expected as string] ?? `a value of type ${issue.expected}`;
      return input === undefined ? `is missing; give ${kind}` : `must be ${kind}${not}`;
    }
    case 'too_small':
    case 'too_big':
      return boundOf(issue, not);
    case 'invalid_format':
      return issue.format in formats ? `must be ${formats[issue.format as string]}${not}` : undefined;
    case 'invalid_value':
      return input === undefined
        ? `is missing; give ${oneOf(issue.values as unknown[])}`
        : `must be ${oneOf(issue.values as unknown[])}${not}`;
    case 'invalid_union': {
      if (!Array.isArray(issue.options)) return undefined;
      const tag = (input as Record<string, unknown>)[issue.discriminator as string];
      return tag === undefined
        ? `is missing; give ${oneOf(issue.options)}`
        : `must be ${oneOf(issue.options)}, not ${shown(tag)}`;
    }
    case 'unrecognized_keys': {
      const known = issue.inst instanceof z.ZodObject ? `; known are ${Object.keys(issue.inst.shape).join(', ')}` : '';
      return `is not a known field${known}`;
    }
    default:
      return undefined;
  }
}

function boundOf(issue: z.core.$ZodRawIssue, not: string): string {
  const isLeast = issue.code === 'too_small';
  const limit = Number(isLeast ? issue.minimum : issue.maximum);
  const unit = units[issue.origin as string];
  if (!unit) {
    const reach = issue.inclusive ? ['at least', 'at most'] : ['more than', 'less than'];
    return `must be ${reach[isLeast ? 0 : 1]} ${limit}${not}`;
  }
  const length = (issue.input as { length: number }).length;
  return `must have at ${isLeast ? 'least' : 'most'} ${limit} ${limit === 1 ? unit[0] : unit[1]}, not ${length}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};
const formats: Readonly<Record<string, string>> = {
  uuid: 'an id (a UUID)',
  email: 'an e-mail address such as name@example.org',
};
const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

const oneOf = (values: readonly unknown[]) => (values.length === 1 ? '' : 'one of ') + values.join(', ');
const isSecret = (issue: z.core.$ZodRawIssue) => issue.path?.at(-1) === 'password';

/** Of a text its beginning, of a list or an object only what it is. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
