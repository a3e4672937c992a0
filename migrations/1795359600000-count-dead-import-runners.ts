import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An archive that kills every process that reads it must not be read for ever. */
export class CountDeadImportRunners1795359600000 implements MigrationInterface {
  readonly name = 'CountDeadImportRunners1795359600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE dataset_imports
        ADD COLUMN dead_runners integer NOT NULL DEFAULT 0,
        ADD CONSTRAINT dataset_imports_dead_runners_check CHECK (dead_runners >= 0)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE dataset_imports DROP COLUMN dead_runners');
  }
}
