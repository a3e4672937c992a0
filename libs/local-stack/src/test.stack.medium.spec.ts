import fs from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { startTestStack } from './index';

const tablesOf = async (url: string, sql: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rowCount;
  } finally {
    await client.end();
  }
};

describe('the test stack', () => {
  it('gives databases that do not see each other and leaves nothing behind', async () => {
    const stack = await startTestStack();
    const root = path.dirname(stack.objectsDirectory);
    const other = await stack.createDatabase();
    await tablesOf(stack.databaseUrl, 'CREATE TABLE mine (n int)');
    const find = "SELECT 1 FROM pg_tables WHERE tablename = 'mine'";
    expect([await tablesOf(stack.databaseUrl, find), await tablesOf(other, find)]).toEqual([1, 0]);
    await stack.stop();
    expect(fs.existsSync(root)).toBe(false);
  });

  it('starts only what a spec asks for', async () => {
    const stack = await startTestStack(['redis']);
    expect(stack.databaseUrl).toBe('');
    expect(stack.redisUrl).toMatch(/^redis:/);
    expect(() => stack.createDatabase()).toThrow("without 'postgres'");
    await stack.stop();
  });
});
