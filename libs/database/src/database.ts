import { Unavailable } from '@ratchet/domain';
import { migrations } from '@ratchet/migrations';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from './entities';
import { SnakeNaming } from './naming.strategy';

export interface DatabaseOptions {
  /** Connections at most; 10 by default. */
  readonly poolSize?: number;
}

/** As PostgreSQL counts: 13.0. */
const OLDEST_SERVER = 130_000;

/** Any number will do, as long as every process that migrates takes the same. */
const MIGRATION_LOCK = 7_482_391;

const IDLE_TRANSACTION_MS = 15_000;

export const databaseOptions = (url: string, { poolSize = 10 }: DatabaseOptions = {}): DataSourceOptions => ({
  type: 'postgres',
  url,
  poolSize,
  entities,
  migrations,
  migrationsTableName: 'migrations',
  namingStrategy: new SnakeNaming(),
  synchronize: false,
  logging: false,
  applicationName: 'ratchet',
  connectTimeoutMS: 10_000,
  // A process that freezes in the middle of a transaction must not keep its row locks for longer than a lease.
  extra: { idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS },
  // An idle connection that the server drops must not end the process; the pool makes a new one.
  poolErrorHandler: () => {},
});

/** Connects. The schema is taken as it is: call `migrate` first. The caller ends it with `destroy()`. */
export const openDatabase = (url: string, options?: DatabaseOptions): Promise<DataSource> =>
  new DataSource(databaseOptions(url, options)).initialize();

/**
 * Brings the schema up to date. Processes that start together wait for one another, and each migration is its own
 * transaction.
 * @returns the names of the migrations that ran
 * @throws Unavailable when the server is too old
 */
export async function migrate(url: string): Promise<string[]> {
  const database = await openDatabase(url, { poolSize: 2 });
  const lock = database.createQueryRunner();
  try {
    await assertVersion(database);
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await database.runMigrations({ transaction: 'each' });
    return ran.map((migration) => migration.name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lock.release();
    await database.destroy();
  }
}

async function assertVersion(database: DataSource): Promise<void> {
  const [{ number, version }] = (await database.query(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version`,
  )) as { number: number; version: string }[];
  if (number < OLDEST_SERVER)
    throw new Unavailable('PostgreSQL', `It is version ${version}: point DATABASE_URL at version 13 or newer.`);
}
