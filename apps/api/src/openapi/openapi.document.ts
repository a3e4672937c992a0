import { problem, resources } from '@ratchet/contracts';
import { z } from 'zod';
import type { DescribedEndpoint } from './endpoints';

type Json = Record<string, unknown>;

/** Shapes that have a name of their own in the document. */
const named = new Map<z.ZodType, string>([
  [problem, 'Problem'],
  ...Object.entries(resources).map(([name, { view }]) => [view, nameOf(name)] as [z.ZodType, string]),
]);

/** The OpenAPI 3.1 description of the endpoints, built from the schemas that validate them. */
export function openApiDocument(endpoints: readonly DescribedEndpoint[]): Json {
  const paths: Record<string, Json> = {};
  const ordered = [...endpoints].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const endpoint of ordered) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}').replace(/\*(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ratchet',
      version: '1',
      description:
        'Trains, compares and serves image classifiers. Lists take `filter`, `sort` and `range` as JSON and answer with `Content-Range`. Every error is a Problem.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ apiKey: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `rk_…`' },
        session: { type: 'apiKey', in: 'cookie', name: 'ratchet_session' },
        worker: { type: 'http', scheme: 'bearer', description: 'The token that trainers and inferencers share' },
      },
      schemas: Object.fromEntries([...named].map(([schema, name]) => [name, jsonSchema(schema, 'output')])),
    },
  };
}

function operation(endpoint: DescribedEndpoint, path: string): Json {
  const { access, alsoWorkers, audit, group, handler, summary, status } = endpoint;
  const open = access === 'public';
  return {
    operationId: `${group}_${handler}`,
    tags: [group],
    summary,
    ...(open ? {} : { description: `Needs ${access === 'worker' ? 'the worker token' : `the role ${access}`}.` }),
    ...(open ? { security: [] } : {}),
    ...(access === 'worker' ? { security: [{ worker: [] }] } : {}),
    ...(alsoWorkers ? { security: [{ apiKey: [] }, { session: [] }, { worker: [] }] } : {}),
    ...(audit ? { 'x-audit-action': audit } : {}),
    parameters: [...pathParameters(path), ...queryParameters(endpoint), ...headerParameters(endpoint)],
    ...requestBody(endpoint),
    responses: {
      [status ?? (endpoint.answer || endpoint.produces ? 200 : 204)]: answer(endpoint),
      default: {
        description: 'What went wrong',
        content: { 'application/json': { schema: refer(problem, 'output') } },
      },
    },
  };
}

function requestBody({ body, consumes }: DescribedEndpoint): Json {
  if (!body && !consumes) return {};
  const json = body ? { 'application/json': { schema: refer(body, 'input') } } : {};
  const others = (consumes ?? []).map((type) => [type, { schema: { type: 'string', format: 'binary' } }]);
  return { requestBody: { required: true, content: { ...json, ...Object.fromEntries(others) } } };
}

function answer({ answer: schema, list, produces }: DescribedEndpoint): Json {
  if (produces) return { description: 'Done', content: { [produces]: {} } };
  if (!schema) return { description: 'Done' };
  return {
    description: 'Done',
    ...(list
      ? { headers: { 'Content-Range': { description: 'rows first-last/total', schema: { type: 'string' } } } }
      : {}),
    content: { 'application/json': { schema: refer(schema, 'output') } },
  };
}

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(name === 'id' ? { format: 'uuid' } : {}) },
  }));

function queryParameters({ query }: DescribedEndpoint): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    ...(required.includes(name) ? { required: true } : {}),
    schema,
  }));
}

const headerParameters = ({ idempotent }: DescribedEndpoint): Json[] =>
  idempotent
    ? [
        {
          name: 'Idempotency-Key',
          in: 'header',
          description: 'Repeating a call with the same key gives the first answer again and creates nothing.',
          schema: { type: 'string', maxLength: 200 },
        },
      ]
    : [];

function refer(schema: z.ZodType, io: 'input' | 'output'): Json {
  const name = named.get(schema);
  if (name && io === 'output') return { $ref: `#/components/schemas/${name}` };
  if (schema instanceof z.ZodArray) return { type: 'array', items: refer(schema.element as z.ZodType, io) };
  return jsonSchema(schema, io);
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Json;
  return rest;
}

/** `dataset-versions` → `DatasetVersion` */
function nameOf(resource: string): string {
  return resource
    .replace(/s$/, '')
    .replace(/ie$/, 'y')
    .replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}
