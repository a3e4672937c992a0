import { Body, createParamDecorator, type ExecutionContext, Param, type PipeTransform, Query } from '@nestjs/common';
import { InvalidInput, InvalidQuery, NotFound } from '@ratchet/domain';
import { listQuery } from '@ratchet/contracts';
import type { ListRequest } from '@ratchet/database';
import { z } from 'zod';
import type { Caller } from './caller';
import { assertStorable, checked } from './field.messages';
import type { ApiRequest } from './request.context';

/** What a handler's parameters tell the OpenAPI document, by handler. */
export interface ParameterSchemas {
  body?: z.ZodType;
  query?: z.ZodType;
}
export const PARAMETERS = 'ratchet:parameters';

const remember =
  (schemas: ParameterSchemas, decorate: ParameterDecorator): ParameterDecorator =>
  (target, key, index) => {
    const handler = (target as Record<string | symbol, object>)[key as string];
    Reflect.defineMetadata(PARAMETERS, { ...Reflect.getMetadata(PARAMETERS, handler), ...schemas }, handler);
    decorate(target, key, index);
  };

const validated = (schema: z.ZodType): PipeTransform => ({
  transform: (value: unknown) => {
    if (value === undefined) throw new InvalidInput('body', 'is missing; send JSON with the type application/json');
    return checked(schema, value);
  },
});

/** The JSON body, checked and with its defaults filled in. @throws ZodError field by field */
export const JsonBody = (schema: z.ZodType): ParameterDecorator => remember({ body: schema }, Body(validated(schema)));

/** A JSON body that may be left out, which is as good as `{}`. */
export const OptionalJsonBody = (schema: z.ZodType): ParameterDecorator =>
  remember({ body: schema }, Body({ transform: (value: unknown) => checked(schema, value ?? {}) }));

/** The query parameters, checked. */
export const QueryOf = (schema: z.ZodType): ParameterDecorator => remember({ query: schema }, Query(validated(schema)));

/** A UUID in the path. What is no UUID names nothing: 404. */
export const IdParam = (name = 'id', resource = 'resource'): ParameterDecorator =>
  Param(name, {
    transform: (value: string) => {
      if (!z.uuid().safeParse(value).success)
        throw new NotFound(resource, value, 'Give its id, a UUID; the list of its kind tells it.');
      return value.toLowerCase();
    },
  });

export const CallerParam = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<ApiRequest>();
  if (!caller) throw new Error('a handler asked for the caller of a public endpoint');
  return caller;
});

const listMessage: z.core.$ZodErrorMap = ({ code, maximum }) =>
  code === 'too_big' ? `is longer than ${String(maximum)} characters; ask for less at once` : 'must be given once';

const maxPage = 1000;
const defaultPage = 25;

/** react-admin's `filter`, `sort` and `range`. Fields are checked by the repository, which knows them. */
export const ListParam = (): ParameterDecorator => remember({ query: listQuery }, readList());

const readList = createParamDecorator((_: unknown, context: ExecutionContext): ListRequest => {
  const request = context.switchToHttp().getRequest<ApiRequest>();
  const list = parseList(request.query);
  request.list = list;
  return list;
});

const filterShape = z.record(z.string().max(100), z.unknown());
const sortShape = z.tuple([z.string(), z.enum(['ASC', 'DESC'])]);
const rangeShape = z.tuple([
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
]);

/** @throws InvalidQuery saying which parameter is malformed and what it should look like */
export function parseList(query: unknown): ListRequest {
  const unknown = Object.keys(query as object).find((name) => !(name in listQuery.shape));
  if (unknown) throw new InvalidQuery(unknown, 'is no parameter of a list; known are filter, sort and range');
  const given = listQuery.safeParse(query, { error: listMessage });
  if (!given.success) {
    const [issue] = given.error.issues;
    throw new InvalidQuery(String(issue.path[0]), issue.message);
  }
  const read = <S extends z.ZodType>(name: 'filter' | 'sort' | 'range', schema: S, example: string) => {
    const text = given.data[name];
    if (text === undefined) return null;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      throw new InvalidQuery(name, `must be JSON such as ${example}, not ${text.slice(0, 100)}`);
    }
  };
  const filter = read('filter', filterShape, '{"state":"RUNNING"}') ?? {};
  assertStorable({ filter });
  const sort = read('sort', sortShape, '["createdAt","DESC"]');
  const [first, last] = read('range', rangeShape, '[0,24]') ?? [0, defaultPage - 1];
  if (last - first >= maxPage)
    throw new InvalidQuery('range', `spans more than ${maxPage} rows; ask for several pages`);
  return { filter, sort, offset: first, limit: Math.max(0, last - first + 1) };
}
