import { InvalidQuery } from '@ratchet/domain';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { ListField, ListFieldKind, ListFields, ListRequest, Page } from './list.request';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const maxValues = 1000;

const kinds: Readonly<Record<ListFieldKind, { accepts: (value: unknown) => boolean; expected: string; sql: string }>> =
  {
    uuid: { accepts: (v) => typeof v === 'string' && UUID.test(v), expected: 'a UUID', sql: 'uuid' },
    text: { accepts: (v) => typeof v === 'string' && v.length <= 1000, expected: 'a text', sql: 'text' },
    number: { accepts: (v) => Number.isFinite(v), expected: 'a number', sql: 'double precision' },
    boolean: { accepts: (v) => typeof v === 'boolean', expected: 'true or false', sql: 'boolean' },
    time: {
      accepts: (v) => typeof v === 'string' && v.length <= 40 && !Number.isNaN(Date.parse(v)),
      expected: 'an ISO 8601 time',
      sql: 'timestamptz',
    },
  };

/**
 * Filters, sorts and cuts a page out of a query. Filters: `field: value`, `field: [values]`, `field: null`,
 * `field_gte`, `field_lte`, and `q` for a text anywhere in the searched fields. Ties are broken by `tieBreaker`, so
 * that pages never overlap.
 * @throws InvalidQuery naming the fields that exist
 */
export async function listRows<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  fields: ListFields,
  request: ListRequest,
  tieBreaker = `${query.alias}.id`,
): Promise<Page<E>> {
  applyFilter(query, fields, request.filter);
  applySort(query, fields, request.sort, tieBreaker);
  const [rows, total] = await query.offset(request.offset).limit(request.limit).getManyAndCount();
  return { rows, total };
}

export function applyFilter<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  fields: ListFields,
  filter: Readonly<Record<string, unknown>>,
): void {
  Object.entries(filter).forEach(([name, value], index) => {
    if (name === 'q') return search(query, fields, value);
    const range = /^(.+)_(gte|lte)$/.exec(name);
    const field = Object.hasOwn(fields, name) ? fields[name] : null;
    const key = `filter${index}`;
    if (field) return match(query, field, name, value, key);
    const ranged = range && Object.hasOwn(fields, range[1]) ? fields[range[1]] : null;
    if (!range || !ranged || !['number', 'time'].includes(ranged.kind))
      throw new InvalidQuery('filter', `there is no field '${name}'; ${offer(fields)}`, {
        allowed: Object.keys(fields),
      });
    check(ranged, name, value);
    query.andWhere(`${ranged.column} ${range[2] === 'gte' ? '>=' : '<='} CAST(:${key} AS ${kinds[ranged.kind].sql})`, {
      [key]: value,
    });
  });
}

function match<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  field: ListField,
  name: string,
  value: unknown,
  key: string,
): void {
  if (value === null) {
    query.andWhere(`${field.column} IS NULL`);
    return;
  }
  const values = Array.isArray(value) ? value : [value];
  if (values.length > maxValues) throw new InvalidQuery('filter', `${name} has more than ${maxValues} values`);
  for (const one of values) check(field, name, one);
  query.andWhere(`${field.column} = ANY(CAST(:${key} AS ${kinds[field.kind].sql}[]))`, { [key]: values });
}

function search<E extends ObjectLiteral>(query: SelectQueryBuilder<E>, fields: ListFields, value: unknown): void {
  const searched = Object.values(fields).filter((field) => field.searched);
  if (searched.length === 0) throw new InvalidQuery('filter', `q is not offered here; ${offer(fields)}`);
  if (typeof value !== 'string' || value.length > 200)
    throw new InvalidQuery('filter', 'q must be a text of at most 200 characters');
  const pattern = `%${value.replace(/[\\%_]/g, '\\$&')}%`;
  query.andWhere(`(${searched.map((field) => `${field.column} ILIKE :search`).join(' OR ')})`, { search: pattern });
}

function applySort<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  fields: ListFields,
  sort: ListRequest['sort'],
  tieBreaker: string,
): void {
  if (sort) {
    const [name, order] = sort;
    const field = Object.hasOwn(fields, name) ? fields[name] : null;
    if (!field || field.unsortable) {
      const allowed = Object.keys(fields).filter((key) => !fields[key].unsortable);
      throw new InvalidQuery('sort', `'${name}' is not sortable; allowed are ${allowed.join(', ')}`, { allowed });
    }
    query.addOrderBy(field.column, order, 'NULLS LAST');
    if (field.column === tieBreaker) return;
  }
  query.addOrderBy(tieBreaker, 'DESC');
}

function check(field: ListField, name: string, value: unknown): void {
  const kind = kinds[field.kind];
  if (!kind.accepts(value))
    throw new InvalidQuery('filter', `${name} must be ${kind.expected}, not ${JSON.stringify(value)?.slice(0, 100)}`);
}

const offer = (fields: ListFields): string => `allowed are ${Object.keys(fields).join(', ')}`;
