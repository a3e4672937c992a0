import type { DataProvider, GetListParams, Identifier, RaRecord } from 'react-admin';
import type { ListOptions, ResourceName } from '@ratchet/contracts';
import { live, type TopicListener } from '../live/live.connection';
import { client, showingProblems } from './client';

const json = (body: unknown): RequestInit => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export function listOptions({ filter, sort, pagination }: Partial<GetListParams>): ListOptions {
  const options: ListOptions = {};
  if (filter && Object.keys(filter).length) options.filter = filter;
  if (sort) options.sort = [sort.field, sort.order];
  if (pagination) {
    const { page, perPage } = pagination;
    options.range = [(page - 1) * perPage, page * perPage - 1];
  }
  return options;
}

const list = async (resource: string, params: Partial<GetListParams>, filter = params.filter) => {
  const { rows, total } = await showingProblems(
    client.list(resource as ResourceName, listOptions({ ...params, filter })),
  );
  return { data: rows as unknown as RaRecord[], total };
};
const change = async (method: string, resource: string, id: Identifier, body: unknown) => {
  const response = await showingProblems(client.send(method, `/api/${resource}/${id}`, json(body)));
  return { data: (await response.json()) as RaRecord };
};
const remove = (resource: string, id: Identifier) => showingProblems(client.send('DELETE', `/api/${resource}/${id}`));

/**
 * The API speaks react-admin's simple REST conventions; this adds typed answers, problems by field and
 * the realtime signature (`subscribe`/`unsubscribe`) over server-sent events.
 */
export const dataProvider = {
  getList: (resource: string, params: GetListParams) => list(resource, params),
  getManyReference: (resource: string, params: GetListParams & { target: string; id: Identifier }) =>
    list(resource, params, { ...params.filter, [params.target]: params.id }),
  getMany: async (resource: string, { ids }: { ids: Identifier[] }) =>
    list(resource, { filter: { id: ids }, pagination: { page: 1, perPage: ids.length } }),
  getOne: async (resource: string, { id }: { id: Identifier }) => ({
    data: await showingProblems(client.get(resource as ResourceName, String(id))),
  }),
  create: async (resource: string, { data }: { data: unknown }) => {
    const response = await showingProblems(client.send('POST', `/api/${resource}`, json(data)));
    return { data: (await response.json()) as RaRecord };
  },
  update: (resource: string, { id, data }: { id: Identifier; data: unknown }) => change('PATCH', resource, id, data),
  updateMany: async (resource: string, { ids, data }: { ids: Identifier[]; data: unknown }) => {
    await Promise.all(ids.map((id) => change('PATCH', resource, id, data)));
    return { data: ids };
  },
  delete: async (resource: string, { id, previousData }: { id: Identifier; previousData?: RaRecord }) => {
    await remove(resource, id);
    return { data: previousData ?? { id } };
  },
  deleteMany: async (resource: string, { ids }: { ids: Identifier[] }) => {
    await Promise.all(ids.map((id) => remove(resource, id)));
    return { data: ids };
  },
  subscribe: async (topic: string, listener: TopicListener) => live.subscribe(topic, listener),
  unsubscribe: async (topic: string, listener: TopicListener) => live.unsubscribe(topic, listener),
} as unknown as DataProvider;
