import { InvalidQuery } from '@ratchet/domain';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { newId } from '../columns';
import { migrate, openDatabase } from '../database';
import { Dataset } from '../entities';
import type { ListFields, ListRequest } from './list.request';
import { listRows } from './list.rows';

const fields: ListFields = {
  id: { column: 'dataset.id', kind: 'uuid' },
  name: { column: 'dataset.name', kind: 'text', searched: true },
  description: { column: 'dataset.description', kind: 'text', unsortable: true },
  createdAt: { column: 'dataset.createdAt', kind: 'time' },
  deletedAt: { column: 'dataset.deletedAt', kind: 'time' },
};
const everything: ListRequest = { filter: {}, sort: null, offset: 0, limit: 100 };

describe('listRows', () => {
  let stack: TestStack;
  let database: DataSource;
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl, { poolSize: 2 });
    for (let i = 0; i < 30; i++)
      await database.manager.insert(Dataset, {
        id: newId(),
        name: `lot_${String(i).padStart(2, '0')}`,
        description: i % 3 ? 'plain' : '100% odd',
        createdAt: new Date(Date.UTC(2026, 0, 1 + Math.floor(i / 10))),
        deletedAt: i === 7 ? new Date() : null,
      });
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });

  const list = (request: Partial<ListRequest>) =>
    listRows(database.createQueryBuilder(Dataset, 'dataset'), fields, { ...everything, ...request });
  const names = async (request: Partial<ListRequest>) => (await list(request)).rows.map((row) => row.name);

  it('gives the newest first, and pages that never overlap even where the sort has ties', async () => {
    expect((await names({}))[0]).toBe('lot_29');
    const pages = await Promise.all(
      [0, 8, 16, 24].map((offset) => names({ sort: ['createdAt', 'ASC'], offset, limit: 8 })),
    );
    expect(new Set(pages.flat()).size).toBe(30);
    expect((await list({ limit: 8 })).total).toBe(30);
  });

  it('filters by value, by several, by null, by range and by text', async () => {
    expect(await names({ filter: { name: 'lot_03' } })).toEqual(['lot_03']);
    expect(await names({ filter: { name: ['lot_03', 'lot_04'] }, sort: ['name', 'ASC'] })).toEqual([
      'lot_03',
      'lot_04',
    ]);
    expect((await list({ filter: { deletedAt: null } })).total).toBe(29);
    expect(
      (await list({ filter: { createdAt_gte: '2026-01-02T00:00:00Z', createdAt_lte: '2026-01-02T00:00:00Z' } })).total,
    ).toBe(10);
    expect((await list({ filter: { q: 'LOT_1' } })).total).toBe(10);
  });

  it('takes a percent sign or an underscore in a search for what it is', async () => {
    expect((await list({ filter: { q: '%' } })).total).toBe(0);
    expect((await list({ filter: { q: 't_0' } })).total).toBe(10);
  });

  it.each<[string, Partial<ListRequest>]>([
    ['an unknown filter', { filter: { colour: 'red' } }],
    ['a filter named like a property of every object', { filter: { constructor: 'x' } }],
    ['an injected column', { filter: { "name' OR 1=1 --": 'x' } }],
    ['a range over text', { filter: { name_gte: 'a' } }],
    ['an id that is no UUID', { filter: { id: ['1'] } }],
    ['a time that is none', { filter: { createdAt_gte: 'yesterday' } }],
    ['an object for a value', { filter: { name: { $ne: 1 } } }],
    ['an unknown sort', { sort: ['colour', 'ASC'] }],
    ['a sort that is not offered', { sort: ['description', 'ASC'] }],
  ])('refuses %s, naming what is allowed', async (_, request) => {
    await expect(list(request)).rejects.toBeInstanceOf(InvalidQuery);
  });

  it('says which fields there are', async () => {
    await expect(list({ sort: ['colour', 'ASC'] })).rejects.toThrow(
      "sort: 'colour' is not sortable; allowed are id, name, createdAt, deletedAt",
    );
  });
});
