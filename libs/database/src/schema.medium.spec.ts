import { migrations } from '@ratchet/migrations';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import type { DataSource } from 'typeorm';
import { newId } from './columns';
import { migrate, openDatabase } from './database';
import { Promotion } from './entities';

/** Everything PostgreSQL knows of the schema: columns, constraints with their expressions, indexes. */
const describeSchema = async (database: DataSource): Promise<string[]> => {
  const rows = (await database.query(`
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', table_name, column_name, udt_name, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = 'public'`)) as { line: string }[];
  return rows
    .map((row) => row.line)
    .filter((line) => !/\bmigrations/.test(line))
    .sort();
};

describe('the schema', () => {
  let stack: TestStack;
  const open: DataSource[] = [];
  const connect = async (url: string) => {
    const database = await openDatabase(url, { poolSize: 2 });
    open.push(database);
    return database;
  };
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
  });
  afterEach(() => Promise.all(open.splice(0).map((database) => database.destroy())));
  afterAll(() => stack.stop());

  it('migrates once, however many processes start together', async () => {
    const url = await stack.createDatabase();
    const ran = await Promise.all(Array.from({ length: 4 }, () => migrate(url)));
    expect(ran.flat()).toHaveLength(migrations.length);
    expect(await migrate(url)).toEqual([]);
  });

  it('is the same by migrations as by entities, to the last check expression', async () => {
    const [migratedUrl, synchronizedUrl] = [await stack.createDatabase(), await stack.createDatabase()];
    await migrate(migratedUrl);
    const migrated = await connect(migratedUrl);
    const synchronized = await connect(synchronizedUrl);
    await synchronized.synchronize();

    const pending = await migrated.driver.createSchemaBuilder().log();
    expect(pending.upQueries.map((query) => query.query)).toEqual([]);
    expect(await describeSchema(migrated)).toEqual(await describeSchema(synchronized));
  });

  it('reverts every migration to what was before it', async () => {
    const url = await stack.createDatabase();
    const database = await connect(url);
    const states: string[][] = [await describeSchema(database)];
    for (let i = 1; i <= migrations.length; i++) {
      const upTo = await connect(url);
      Object.assign(upTo, { migrations: upTo.migrations.slice(0, i) });
      await upTo.runMigrations({ transaction: 'each' });
      states.push(await describeSchema(database));
    }
    for (let i = migrations.length; i > 0; i--) {
      expect(await describeSchema(database)).toEqual(states[i]);
      await database.undoLastMigration({ transaction: 'each' });
    }
    expect(await describeSchema(database)).toEqual(states[0]);
  });

  it('says of evidence from before tests by group that it rests on images', async () => {
    const url = await stack.createDatabase();
    const database = await connect(url);
    const known = migrations.findIndex((migration) => migration.name.startsWith('SayWhatATestResampled'));
    const before = await connect(url);
    Object.assign(before, { migrations: before.migrations.slice(0, known) });
    await before.runMigrations({ transaction: 'each' });
    const id = '00000000-0000-7000-8000-000000000000';
    await database.transaction(async (manager) => {
      await manager.query('SET LOCAL session_replication_role = replica'); // without the rows it refers to
      await manager.query(
        `INSERT INTO promotions (id, task_id, model_version_id, outcome, reason, gate_accuracy, gained, lost, p, gate_images, query, gate_epoch, latency_ms)
         VALUES ($1, $1, $1, 'kept', '', 0.5, 3, 4, 1, 10, 1, 1, 1)`,
        [id],
      );
    });
    await database.runMigrations({ transaction: 'each' });
    expect(await database.getRepository(Promotion).findOneByOrFail({ id })).toMatchObject({
      gained: 3,
      lost: 4,
      testUnit: 'image',
      testUnits: 7,
    });
  });
});

describe('what the database itself refuses', () => {
  let stack: TestStack;
  let database: DataSource;
  beforeAll(async () => {
    stack = await startTestStack(['postgres']);
    await migrate(stack.databaseUrl);
    database = await openDatabase(stack.databaseUrl, { poolSize: 2 });
  });
  afterAll(async () => {
    await database.destroy();
    await stack.stop();
  });

  const digest = 'ab'.repeat(32);
  const id = newId();
  it.each([
    [
      'an e-mail address in upper case',
      'users_email_check',
      `INSERT INTO users (id, email, name, role, password_hash) VALUES ('${id}', 'A@b.c', 'a', 'viewer', 'x')`,
    ],
    [
      'an unknown role',
      'users_role_check',
      `INSERT INTO users (id, email, name, role, password_hash) VALUES ('${id}', 'a@b.c', 'a', 'root', 'x')`,
    ],
    [
      'a session of nobody',
      'sessions_user_id_fkey',
      `INSERT INTO sessions VALUES ('${digest}', '${id}', now(), now())`,
    ],
    [
      'an image that is not named by a SHA-256',
      'images_sha256_check',
      `INSERT INTO images VALUES ('A', 1, 1, 1, 1, 'png', now())`,
    ],
    [
      'a version of no dataset',
      'dataset_versions_dataset_id_fkey',
      `INSERT INTO dataset_versions (id, dataset_id, version, digest, classes, counts, images, groups) VALUES ('${id}', '${id}', 1, '${digest}', '["a"]', '[]', 1, 1)`,
    ],
    [
      'a dataset version numbered 0',
      'dataset_versions_version_check',
      `INSERT INTO dataset_versions (id, dataset_id, version, digest, classes, counts, images, groups) VALUES ('${id}', '${id}', 0, '${digest}', '["a"]', '[]', 1, 1)`,
    ],
    [
      'a running trial that nobody holds',
      'trials_lease_check',
      `INSERT INTO trials (id, experiment_id, task_id, dataset_version_id, network_version_id, hyperparameters, hyperparameters_digest, seed, state) VALUES ('${id}', '${id}', '${id}', '${id}', '${id}', '{}', '${digest}', 1, 'RUNNING')`,
    ],
    [
      'a trial in no state of the machine',
      'trials_state_check',
      `INSERT INTO trials (id, experiment_id, task_id, dataset_version_id, network_version_id, hyperparameters, hyperparameters_digest, seed, state) VALUES ('${id}', '${id}', '${id}', '${id}', '${id}', '{}', '${digest}', 1, 'DONE')`,
    ],
    [
      'a metric that is no number',
      'metrics_value_check',
      `INSERT INTO metrics VALUES ('${id}', 'train_loss', 1, 'NaN')`,
    ],
    ['an infinite metric', 'metrics_value_check', `INSERT INTO metrics VALUES ('${id}', 'train_loss', 1, 'Infinity')`],
    [
      'a promotion that lost at the gate',
      'promotions_forward_check',
      `INSERT INTO promotions (id, task_id, model_version_id, against_id, outcome, reason, gate_accuracy, gained, lost, p, test_unit, test_units, gate_images, query, gate_epoch, generation, state, latency_ms) VALUES ('${id}', '${id}', '${id}', '${id}', 'promoted', '', 0.5, 3, 3, 1, 'image', 6, 10, 1, 1, 1, 'PROVISIONAL', 1)`,
    ],
    [
      'a kept candidate with a generation',
      'promotions_deployed_check',
      `INSERT INTO promotions (id, task_id, model_version_id, outcome, reason, gate_accuracy, gained, lost, p, test_unit, test_units, gate_images, query, gate_epoch, generation, state, latency_ms) VALUES ('${id}', '${id}', '${id}', 'kept', '', 0.5, 3, 3, 1, 'image', 6, 10, 1, 1, 1, 'PROVISIONAL', 1)`,
    ],
    [
      'an anonymous rollback',
      'promotions_rollback_check',
      `INSERT INTO promotions (id, task_id, model_version_id, outcome, reason, gate_accuracy, gained, lost, p, test_unit, test_units, gate_images, query, gate_epoch, generation, state, latency_ms) VALUES ('${id}', '${id}', '${id}', 'rolled-back', '', 0.5, 3, 3, 1, 'image', 6, 10, 1, 1, 1, 'PROVISIONAL', 1)`,
    ],
    [
      'a challenger of itself',
      'challenges_rivals_check',
      `INSERT INTO challenges (id, task_id, model_version_id, against_id, generation, mode, percent, started_by) VALUES ('${id}', '${id}', '${id}', '${id}', 1, 'canary', 10, 'a')`,
    ],
    [
      'more than all of the requests',
      'challenges_percent_check',
      `INSERT INTO challenges (id, task_id, model_version_id, against_id, generation, mode, percent, started_by) VALUES ('${id}', '${id}', '${newId()}', '${id}', 1, 'canary', 100.5, 'a')`,
    ],
    [
      'a challenge that is over for no reason',
      'challenges_ended_check',
      `INSERT INTO challenges (id, task_id, model_version_id, against_id, generation, mode, percent, started_by, ended_at) VALUES ('${id}', '${id}', '${newId()}', '${id}', 1, 'shadow', 10, 'a', now())`,
    ],
    [
      'a deployment without a promotion that is no challenger',
      'deployments_promotion_check',
      `INSERT INTO deployments (id, task_id, generation, model_version_id, reason) VALUES ('${id}', '${id}', 1, '${id}', 'rollback')`,
    ],
    [
      'an experiment over nothing',
      'experiments_selection_check',
      `INSERT INTO experiments (id, name, task_id, dataset_version_ids, network_version_ids, hyperparameter_set_ids, created_by) VALUES ('${id}', 'e', '${id}', '{}', '{}', '{}', 'a')`,
    ],
  ])('%s', async (_, constraint, sql) => {
    await expect(database.query(sql)).rejects.toMatchObject({ driverError: { constraint } });
  });

  it('two datasets of one name, unless the first was deleted', async () => {
    const insert = () => database.query(`INSERT INTO datasets (id, name) VALUES ('${newId()}', 'wafers')`);
    await insert();
    await expect(insert()).rejects.toMatchObject({ driverError: { constraint: 'datasets_name_key' } });
    await database.query('UPDATE datasets SET deleted_at = now()');
    await insert();
  });
});
