import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openDatabase } from './database';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(['postgres']);
}, 120_000);
afterAll(() => stack.stop());

it('gives up the row locks of a process that froze in the middle of a transaction', async () => {
  const database = await openDatabase(stack.databaseUrl);
  const [{ limit }] = await database.query(`SELECT current_setting('idle_in_transaction_session_timeout') AS limit`);
  expect(limit).toBe('15s');
  await database.destroy();
});
